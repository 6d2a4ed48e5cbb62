// The file names that git format-patch generates.

/** Longest name without the suffix: git's limit of 64 counts `.patch` and a terminator. */
const MAX_STEM = 57;

/** The name of the n-th patch of a range: four digits, the sanitised subject cut at 52 characters, `.patch`. */
export function patchFileName(number: number, firstLine: string): string {
  const stem = `${String(number).padStart(4, "0")}-${sanitise(firstLine)}`;
  return `${stem.slice(0, MAX_STEM)}.patch`;
}

/** As git's `%f`: runs of other characters become one dash, dots stand alone, dots and dashes at the end go. */
function sanitise(line: string): string {
  const words = line.split(/[^A-Za-z0-9._]+/).filter((word) => word !== "");
  const text = words.join("-").replace(/\.{2,}/g, ".");
  let end = text.length;
  while (end > 0 && /[.-]/.test(text[end - 1] ?? "")) end--;
  return text.slice(0, end);
}

// The form of a hidden mark: one HTML comment on the first line of a text, with JSON in it.

/** Writes a mark, e.g. `<!-- tandem:pair {…} -->`. */
export function renderMarkLine(kind: string, mark: object): string {
  // A branch name may hold `-->`, which would end the HTML comment; JSON can write `>` in another way.
  return `<!-- tandem:${kind} ${JSON.stringify(mark).replaceAll(">", "\\u003e")} -->`;
}

/** Reads a mark of this kind from the first line of a text. Undefined when there is none. */
export function parseMarkLine(kind: string, text: string): unknown {
  const [line = ""] = text.split("\n", 1);
  const prefix = `<!-- tandem:${kind} `;
  const suffix = " -->";
  const trimmed = line.trimEnd();
  if (!trimmed.startsWith(prefix) || !trimmed.endsWith(suffix)) return undefined;
  try {
    return JSON.parse(trimmed.slice(prefix.length, -suffix.length));
  } catch {
    return undefined;
  }
}

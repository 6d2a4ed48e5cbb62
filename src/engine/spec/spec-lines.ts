// A spec file as lines, without loss: one Latin-1 character for each byte, and carriage returns stay in their lines.
import { userError } from "../../model/errors.ts";
import { MAX_TEXT_BYTES, MAX_TEXT_LINES } from "../limits.ts";

/**
 * The bytes as lines; the last one is empty when the file ends with a newline. Throws kind `user`, code `spec-too-large`,
 * before anything of that size is made: a file that is nothing but line ends is small to send and huge as lines.
 */
export function toLines(content: Buffer): string[] {
  if (fitsIntoLines(content)) return content.toString("latin1").split("\n");
  throw userError(
    "spec-too-large",
    `The spec file holds ${content.length} bytes; ${MAX_TEXT_BYTES} bytes and ${MAX_TEXT_LINES} lines are allowed.`,
    { fix: "Shorten the spec file, for example its changelog." },
  );
}

/** Whether a text may be worked on line by line. */
export function fitsIntoLines(content: Buffer): boolean {
  if (content.length > MAX_TEXT_BYTES) return false;
  let lines = 1;
  for (let at = content.indexOf(10); at >= 0; at = content.indexOf(10, at + 1)) lines++;
  return lines <= MAX_TEXT_LINES;
}

/** The bytes of these lines. */
export function fromLines(lines: readonly string[]): Buffer {
  return Buffer.from(lines.join("\n"), "latin1");
}

/** A text as it stands in such lines: in UTF-8. */
export function asBytes(text: string): string {
  return Buffer.from(text, "utf8").toString("latin1");
}

/** Part of such a line as text. */
export function asText(bytes: string): string {
  return Buffer.from(bytes, "latin1").toString("utf8");
}

/** Without white space at its end. JavaScript's own takes U+00A0 for a blank, which may be half a character here. */
export function trimLine(line: string): string {
  let end = line.length;
  while (end > 0 && " \t\r\v\f".includes(line[end - 1] ?? "x")) end--;
  return line.slice(0, end);
}

/** Whether the line holds white space only. */
export function isBlankLine(line: string): boolean {
  return trimLine(line) === "";
}

// A spec file as lines, without loss: one Latin-1 character for each byte, and carriage returns stay in their lines.

/** The bytes as lines; the last one is empty when the file ends with a newline. */
export function toLines(content: Buffer): string[] {
  return content.toString("latin1").split("\n");
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

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

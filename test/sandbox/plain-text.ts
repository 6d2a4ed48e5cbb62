// What Tandem's comments say, as plain text for a terminal.

/** The paragraphs of a comment without Markdown's signs; code stays between backticks. */
export function readParagraphs(comment: string): readonly string[] {
  return comment
    .replace(/<!--.*?-->\n?/gs, "")
    .split(/\n{2,}/)
    .map((paragraph) => toPlainText(paragraph));
}

/** The state: what the first line says behind the bot's name. */
export function readState(comment: string): string {
  return readParagraphs(comment)[0]?.replace(/^Tandem: /, "") ?? "";
}

/** The state, and what is wrong where something is. */
export function readTrouble(comment: string): string {
  const quoted = comment.split("\n").filter((line) => line.startsWith("> "));
  return [readState(comment), ...quoted.map((line) => toPlainText(line))].join(" ");
}

function toPlainText(markdown: string): string {
  return markdown
    .replace(/\[((?:[^\]\\]|\\.)*)\]\([^()\s]*\)/g, "$1")
    .replace(/^> ?/gm, "")
    .replaceAll("**", "")
    .replace(/\\([!-/:-@[-`{-~])/g, "$1")
    .replaceAll("&#124;", "|")
    .replaceAll("&amp;", "&")
    .replaceAll("\u200b", "");
}

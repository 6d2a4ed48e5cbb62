// The comment above a Patch line (engine.md 3.5).
import { splitMessage } from "../commit-text.ts";
import { trailerText } from "./patch-metadata.ts";

/** How much of the commit message becomes the comment of a patch without its own text. */
export type PatchComments = "full" | "subject" | "none";

/** Everything at which a text may break into lines, so that no part of it can leave the comment. */
// biome-ignore lint/suspicious/noControlCharactersInRegex: these control characters are line separators
const LINE_BREAK = /\r\n|[\n\r\v\f\x1c-\x1e\x85\u2028\u2029]/;

/** The comment's lines. An empty text has none. A line that begins with `#` stays as it is; `%` is doubled for rpm. */
export function commentLines(text: string): string[] {
  if (text.trim() === "") return [];
  return text.split(LINE_BREAK).map((line) => {
    const kept = line.trimEnd().replace(/%%|%/g, "%%");
    if (kept === "") return "#";
    return kept.startsWith("#") ? kept : `# ${kept}`;
  });
}

/** The default text where commits carry packaging trailers: the whole message without its trailers. */
export function messageText(message: string): string {
  const { subject, body } = splitMessage(message);
  const trailers = trailerText(message);
  const upper = aboveDivider(body);
  const text = (trailers === "" ? upper : upper.replaceAll(trailers, "")).trim();
  return text === "" ? subject : `${subject}\n\n${text}`;
}

// A `---` line ends the message, unless it is the first line of the body.
function aboveDivider(body: string): string {
  const lines = body.split("\n");
  const from = lines[0] === "---" ? 1 : 0;
  const divider = lines.indexOf("---", from);
  return lines.slice(from, divider < 0 ? lines.length : divider).join("\n");
}

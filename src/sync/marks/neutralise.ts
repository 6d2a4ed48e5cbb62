// Makes a stranger's text harmless before the bot repeats it: it must not run quick actions, ping people or pose as a mark.

/** Errors repeat what strangers wrote, of any length; GitLab refuses a comment of more than a million characters. */
const MAX_CODE = 2_000;

/**
 * For a description, where Markdown stays Markdown: what looks like a quick action at a line's start (`/word`, not a
 * path) and mentions are escaped with a backslash, which GitLab does not show, and HTML comments become visible text.
 */
export function neutraliseMarkdown(text: string): string {
  return text
    .replace(/\r\n?/g, "\n")
    .replaceAll("\0", "")
    .replace(/^([ \t]*)\/(?=[a-z_]+(?:\s|$))/gim, "$1\\/")
    .replace(/(?<!\\)(\\*)@(?=[\w.])/g, escapeMention)
    .replaceAll("<!--", "&lt;!--");
}

/** One more backslash before an `@` that has none, or only such as escape each other; `a@b` is no mention. */
function escapeMention(found: string, backslashes: string, at: number, text: string): string {
  const isEscaped = backslashes.length % 2 === 1;
  const isWord = backslashes === "" && /\w/.test(text[at - 1] ?? "");
  return isEscaped || isWord ? found : `${backslashes}\\@`;
}

/** For a title, which is no Markdown: an invisible character (U+200B) behind the `@` keeps it from naming somebody. */
export function neutraliseTitle(title: string): string {
  return oneLine(title).replace(/(^|\W)@(?=\w)/g, "$1@\u200b");
}

/** For a short text inside a sentence: one line, as code, so that nothing in it is Markdown. A long one is cut. */
export function inlineCode(text: string): string {
  const whole = oneLine(text);
  const line = whole.length > MAX_CODE ? `${whole.slice(0, MAX_CODE)}…` : whole;
  const longest = Math.max(0, ...[...line.matchAll(/`+/g)].map(([run]) => run.length));
  const fence = "`".repeat(longest + 1);
  const pad = line.startsWith("`") || line.endsWith("`") ? " " : "";
  return `${fence}${pad}${line}${pad}${fence}`;
}

function oneLine(text: string): string {
  // biome-ignore lint/suspicious/noControlCharactersInRegex: control characters are what is removed
  return text.replace(/[\u0000-\u0020\u007f\u2028\u2029]+/g, " ").trim();
}

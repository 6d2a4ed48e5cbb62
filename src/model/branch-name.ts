// What git accepts as the name of a branch, so that a name from outside can be refused before git sees it.
// Rules: https://git-scm.com/docs/git-check-ref-format, and no leading dash.

// biome-ignore lint/suspicious/noControlCharactersInRegex: git forbids control characters, so they must be named
const FORBIDDEN = /[\u0000- \u007f~^:?*[\\]|\.\.|@\{|\/\/|^[/-]|[/.]$/;

/** Longest name that is accepted, in UTF-8; file systems stop at about this length. */
const MAX_BYTES = 244;

/** Whether git accepts this text as a branch name (without `refs/heads/`). */
export function isBranchName(name: string): boolean {
  if (name === "" || name === "@" || Buffer.byteLength(name) > MAX_BYTES || FORBIDDEN.test(name)) return false;
  return name.split("/").every((part) => !part.startsWith(".") && !part.endsWith(".lock"));
}

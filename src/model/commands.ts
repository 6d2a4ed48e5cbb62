// Commands in comments: `/tandem sync`. Only the first line counts, so that quoting somebody does nothing.

/** What a command's prefix looks like: one word, so that it can stand in front of others. */
export const COMMAND_PREFIX = /^\/[A-Za-z0-9-]{1,50}$/;

/** Comments come from strangers: no more than this is looked at. The longest word that means something is a commit. */
const MAX_LINE = 1000;
const MAX_WORD = 100;
const MAX_WORDS = 10;

/** What a command says, in the writer's words. */
export interface CommandWords {
  /** First word behind the prefix, in lower case; may be no known command. */
  readonly name: string;
  /** At most nine. */
  readonly args: readonly string[];
}

/** Whether a comment is a command: the first word of its first line is the prefix, and more words follow. */
export function isCommand(text: string, prefix: string): boolean {
  return parseCommand(text, prefix) !== undefined;
}

/** Reads a comment as a command; undefined when it is none. Words longer than 100 characters are cut. */
export function parseCommand(text: string, prefix: string): CommandWords | undefined {
  const line = text.slice(0, MAX_LINE).split(/[\r\n]/, 1)[0] ?? "";
  const [first, name, ...args] = line
    .split(/\s+/)
    .filter((word) => word !== "")
    .slice(0, 1 + MAX_WORDS)
    .map((word) => word.slice(0, MAX_WORD));
  return first === prefix && name !== undefined ? { name: name.toLowerCase(), args } : undefined;
}

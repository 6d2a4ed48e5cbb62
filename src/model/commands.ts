// Commands in comments: `/tandem sync`. Only the first line counts, so that quoting somebody does nothing.

/** Whether a comment is a command: the first word of its first line is the prefix, and more words follow. */
export function isCommand(text: string, prefix: string): boolean {
  const [word, ...more] = (text.split("\n", 1)[0] ?? "").split(/\s+/).filter(Boolean);
  return word === prefix && more.length > 0;
}

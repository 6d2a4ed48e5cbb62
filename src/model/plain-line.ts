// One line of plain text from a stranger's: what a name, a title or a message may look like inside a text of the bot's, in
// a terminal, or in a record. (PostgreSQL keeps neither NUL nor half characters.)

// Control characters, line ends of all kinds, and characters that change the direction in which the rest is read.
// biome-ignore lint/suspicious/noControlCharactersInRegex: control characters are what is removed
const BREAKS = /[\u0000-\u0020\u007f-\u009f\u2028\u2029\u200e\u200f\u202a-\u202e\u2066-\u2069]+/g;

/** Everything on one line, runs of blanks as one; half characters, which no forge takes, become U+FFFD. */
export function plainLine(text: string): string {
  return text
    .replace(/\p{Surrogate}/gu, "\ufffd")
    .replace(BREAKS, " ")
    .trim();
}

/** At most this many UTF-16 units, and `…` where something is missing. Never cuts a character into halves. */
export function cut(text: string, max: number): string {
  return text.length > max ? `${text.slice(0, max).replace(/[\ud800-\udbff]$/, "")}…` : text;
}

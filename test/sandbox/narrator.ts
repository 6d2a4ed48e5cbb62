// Prints the sandbox's stories: what happened when, or scenes in which people and Tandem act.

/** Tells what happens. */
export interface Narrator {
  /** A line of a story with the time since the start. Links and details follow on lines of their own. */
  tell(what: string, text: string, ...details: readonly string[]): void;
  /** The heading of a scene. */
  heading(text: string): void;
  /** A line of a scene: who, and what they do or say. Folded at 100 columns. */
  act(who: string, text: string): void;
  /** Text without a time. */
  say(text: string): void;
}

/** Where a narrator writes. */
export interface Paper {
  write(text: string): void;
  /** Whether headings may stand out by control codes. */
  readonly isTerminal: boolean;
}

const COLUMNS = 100;
const MARGIN = 15;

const STANDARD_OUTPUT: Paper = {
  write: (text) => process.stdout.write(text),
  isTerminal: process.stdout.isTTY === true && process.env.NO_COLOR === undefined && process.env.TERM !== "dumb",
};

/** Makes a narrator, by default one that writes to standard output. */
export function createNarrator({ write, isTerminal }: Paper = STANDARD_OUTPUT): Narrator {
  const started = performance.now();
  return {
    tell(what, text, ...details) {
      const seconds = ((performance.now() - started) / 1_000).toFixed(1);
      const indent = " ".repeat(28);
      write(`${`${seconds} s`.padStart(8)}  ${what.padEnd(17)} ${text}\n`);
      for (const detail of details) write(`${indent}${detail}\n`);
    },
    heading: (text) => write(isTerminal ? `\n\x1b[1m${text}\x1b[0m\n\n` : `\n${text}\n\n`),
    act(who, text) {
      const [first, ...rest] = fold(text, COLUMNS - MARGIN);
      write(`${`   ${who}`.padEnd(MARGIN)}${first ?? ""}\n`);
      for (const line of rest) write(`${" ".repeat(MARGIN)}${line}\n`);
    },
    say: (text) => write(`${text}\n`),
  };
}

/** Breaks a text between words into lines of at most so many characters; a longer word has a line of its own. */
export function fold(text: string, width: number): readonly string[] {
  const lines: string[] = [];
  let line = "";
  for (const word of text.split(/\s+/).filter(Boolean)) {
    if (line !== "" && line.length + 1 + word.length > width) {
      lines.push(line);
      line = word;
    } else line = line === "" ? word : `${line} ${word}`;
  }
  return [...lines, line];
}

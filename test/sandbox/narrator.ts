// Prints the sandbox's story: time, what, where.

/** Tells what happens, with the time since the start. */
export interface Narrator {
  /** A line of the story. Links and details follow on lines of their own. */
  tell(what: string, text: string, ...details: readonly string[]): void;
  /** Text without a time. */
  say(text: string): void;
}

/** Makes a narrator that writes to standard output. */
export function createNarrator(write: (text: string) => void = (text) => process.stdout.write(text)): Narrator {
  const started = performance.now();
  return {
    tell(what, text, ...details) {
      const seconds = ((performance.now() - started) / 1_000).toFixed(1);
      const indent = " ".repeat(28);
      write(`${`${seconds} s`.padStart(8)}  ${what.padEnd(17)} ${text}\n`);
      for (const detail of details) write(`${indent}${detail}\n`);
    },
    say: (text) => write(`${text}\n`),
  };
}

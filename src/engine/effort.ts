// How much work a source-git asks for. Strangers write both the patterns and the files that they are compared with: what
// takes minutes would hold up all other jobs of the process, as nothing can interrupt it.
import type { TandemError } from "../model/errors.ts";

/** Counts work. */
export interface Effort {
  /** Throws what it was made with when it was too much. */
  spend(steps: number): void;
}

/**
 * Makes a counter.
 * @param steps what may be spent
 * @param tooMuch makes the error that is thrown beyond
 */
export function createEffort(steps: number, tooMuch: () => TandemError): Effort {
  let left = steps;
  return {
    spend(some) {
      left -= some;
      if (left < 0) throw tooMuch();
    },
  };
}

// How much memory the bodies of senders may hold that proved nothing yet: a signature can only be checked when the whole
// body is there, so anybody can make us keep one.

/** A number of bytes that several bodies share. */
export interface MemoryBudget {
  /** Claims bytes; false when there is no room for them, and then nothing is claimed. */
  take(bytes: number): boolean;
  /** Gives claimed bytes back. */
  give(bytes: number): void;
}

/** Makes a budget. Bytes that were sent count, not those that are announced: a sender that dribbles takes no room. */
export function createMemoryBudget(limit: number): MemoryBudget {
  let free = limit;
  return {
    take(bytes) {
      if (bytes > free) return false;
      free -= bytes;
      return true;
    },
    give(bytes) {
      free += bytes;
    },
  };
}

/** For bodies that need no budget. */
export const UNBOUNDED: MemoryBudget = { take: () => true, give: () => {} };

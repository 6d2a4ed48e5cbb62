// A list that stays in order while things come and go. It is put in order when somebody asks.

/** A list in order. */
export interface SortedList<T> {
  add(item: T): void;
  remove(item: T): void;
  /** The same array until something changes. */
  items(): readonly T[];
}

/** Makes an empty list. */
export function createSortedList<T>(compare: (one: T, other: T) => number): SortedList<T> {
  const added = new Set<T>();
  const removed = new Set<T>();
  let sorted: readonly T[] = [];
  return {
    add(item) {
      added.add(item);
    },
    remove(item) {
      if (!added.delete(item)) removed.add(item);
    },
    items() {
      if (added.size + removed.size === 0) return sorted;
      // Nearly in order already, which is what makes sorting quick.
      const kept = removed.size === 0 ? sorted : sorted.filter((item) => !removed.has(item));
      sorted = [...added, ...kept].sort(compare);
      added.clear();
      removed.clear();
      return sorted;
    },
  };
}

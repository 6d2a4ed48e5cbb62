// Asks once for what stays the same during a job. Only successes are remembered, so that a failure can be tried again.

/**
 * Makes a reader that asks once per key, also when asked twice at the same time.
 * @param lasting tells whether a value may be remembered
 */
export function remember<K, V>(read: (key: K) => Promise<V>, lasting: (value: V) => boolean): (key: K) => Promise<V> {
  const known = new Map<K, Promise<V>>();
  return (key) => {
    const before = known.get(key);
    if (before !== undefined) return before;
    const asked = read(key).then(
      (value) => {
        if (!lasting(value)) known.delete(key);
        return value;
      },
      (thrown: unknown) => {
        known.delete(key);
        throw thrown;
      },
    );
    known.set(key, asked);
    return asked;
  };
}

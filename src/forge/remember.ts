// Asks once for what stays the same during a job. Only successes are remembered, so that a failure can be tried again.

/**
 * Makes a reader that asks once per key, also when asked twice at the same time.
 * @param lasting tells whether a value may be remembered
 * @param otherKeys further keys under which a remembered value is found from then on
 */
export function remember<K, V>(
  read: (key: K) => Promise<V>,
  lasting: (value: V) => boolean,
  otherKeys: (value: V) => readonly K[] = () => [],
): (key: K) => Promise<V> {
  const known = new Map<K, Promise<V>>();
  const ask = async (key: K): Promise<V> => {
    let kept = false;
    try {
      const value = await read(key);
      kept = lasting(value);
      if (kept) for (const each of otherKeys(value)) known.set(each, Promise.resolve(value));
      return value;
    } finally {
      if (!kept) known.delete(key);
    }
  };
  return (key) => {
    const before = known.get(key);
    if (before !== undefined) return before;
    const asked = ask(key);
    known.set(key, asked);
    return asked;
  };
}

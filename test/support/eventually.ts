// Waits for a condition instead of a time.

/** Resolves with the first value that is neither undefined nor false; fails with the last reason after `withinMs`. */
export async function eventually<T>(
  probe: () => T | Promise<T>,
  { withinMs = 20_000, what = "the condition" }: { readonly withinMs?: number; readonly what?: string } = {},
): Promise<Exclude<T, undefined | false>> {
  const deadline = Date.now() + withinMs;
  let last: unknown = "it never became true";
  for (;;) {
    try {
      const value = await probe();
      if (value !== undefined && value !== false) return value as Exclude<T, undefined | false>;
    } catch (error) {
      last = error;
    }
    if (Date.now() > deadline) throw new Error(`${what}: not within ${withinMs} ms`, { cause: last });
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
}

// A forge of plain functions for tests of code that only reads: what a test does not give fails when it is called.
import type { Forge } from "../../src/forge/forge.ts";

/** Makes a forge of these methods. */
export function fakeForge(given: Partial<Forge>): Forge {
  const missing = (name: string) => () => Promise.reject(new Error(`the test's forge has no ${name}`));
  return new Proxy(given, {
    get: (target, name) => Reflect.get(target, name) ?? missing(String(name)),
  }) as Forge;
}

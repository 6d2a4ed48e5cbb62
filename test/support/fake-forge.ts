// A forge of plain functions for tests of code that only reads: what a test does not give fails when it is called.
import type { DistForge } from "../../src/forge/forge.ts";

/** Makes a forge of these methods; it serves as the forge of source-git and as that of dist-git. */
export function fakeForge(given: Partial<DistForge>): DistForge {
  const missing = (name: string) => () => Promise.reject(new Error(`the test's forge has no ${name}`));
  return new Proxy(given, {
    get: (target, name) => Reflect.get(target, name) ?? missing(String(name)),
  }) as DistForge;
}

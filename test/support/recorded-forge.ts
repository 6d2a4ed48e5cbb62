// A fake forge that remembers what it was asked, so that a test can say that nothing was asked twice.
import type { DistForge } from "../../src/forge/forge.ts";
import { fakeForge } from "./fake-forge.ts";

/** The forge, and its calls so far as `method(arguments as JSON)`. */
export interface RecordedForge {
  readonly forge: DistForge;
  readonly calls: readonly string[];
}

/** Makes a fake forge of these methods. */
export function recordForge(given: Partial<DistForge>): RecordedForge {
  const calls: string[] = [];
  const record = (name: string, method: (...args: unknown[]) => unknown) =>
    [
      name,
      (...args: unknown[]) => {
        calls.push(`${name}(${JSON.stringify(args)})`);
        return method(...args);
      },
    ] as const;
  const methods = Object.entries(given) as [string, (...args: unknown[]) => unknown][];
  const recorded: Partial<DistForge> = Object.fromEntries(methods.map(([name, method]) => record(name, method)));
  return { forge: fakeForge(recorded), calls };
}

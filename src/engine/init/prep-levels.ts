// With which `-p` the spec's %prep applies its patches.
import type { Spec } from "../spec/parse-spec.ts";

/** The levels of a spec's patches. */
export interface PrepLevels {
  /** Of one patch by its number; undefined where the spec does not say. */
  levelOf(number: number): number | undefined;
}

/** Reads %prep; undefined when it has no `%autosetup`. */
export function readPrep({ lines, sections }: Spec): PrepLevels | undefined {
  const text = sections
    .filter(({ name }) => name === "prep")
    .flatMap(({ header, end }) => lines.slice(header + 1, end))
    .join("\n")
    .replace(/\\\r?\n/g, " ");
  if (!text.includes("%autosetup")) return undefined;
  const commands = text.split("\n").map((line) => line.trim());
  const setup = commands.find((line) => /^%\{?autosetup\b/.test(line)) ?? "";
  const apply = commands.find((line) => /^%\{?autopatch\b/.test(line)) ?? "";
  const single = new Map(commands.flatMap((line) => singleLevel(line) ?? []));
  const common = levelIn(apply) ?? levelIn(setup);
  return { levelOf: (number) => single.get(number) ?? common };
}

/** `%patch3 -p1` or `%patch -P 3 -p1`. */
function singleLevel(line: string): readonly [readonly [number, number]] | undefined {
  const number = /^%patch(\d+)\b/.exec(line)?.[1] ?? /^%patch\s.*?-P\s*(\d+)\b/.exec(line)?.[1];
  const level = levelIn(line);
  return number === undefined || level === undefined ? undefined : [[Number(number), level]];
}

function levelIn(line: string): number | undefined {
  const digits = /\s-[a-zA-Z]*p\s*(\d{1,2})\b/.exec(line)?.[1];
  return digits === undefined ? undefined : Number(digits);
}

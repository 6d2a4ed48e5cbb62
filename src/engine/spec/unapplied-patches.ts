// What `%prep` does with the patches: a note where it applies them one by one and leaves some out (engine.md 3.4).
import type { PatchEntry, Spec } from "./parse-spec.ts";
import { asText } from "./spec-lines.ts";

/** At most so many patches are named. */
const MAX_NAMED = 10;

/**
 * A note that names the patches which `%prep` does not apply; none where it applies all, or where that cannot be told:
 * it has no `%setup`, or `%autosetup`, `%autopatch` or `%{patches}` beside it.
 */
export function unappliedNote(spec: Spec, patches: readonly PatchEntry[]): readonly string[] {
  const lines = spec.sections
    .filter(({ name }) => name === "prep")
    .flatMap(({ header, end }) => spec.lines.slice(header + 1, end))
    .filter((line) => !/^\s*(?:#|%dnl\b)/.test(line));
  if (!lines.some((line) => /^\s*%setup\b/.test(line)) || lines.some(appliesAll)) return [];
  const applied = new Set(lines.flatMap(appliedNumbers));
  const left = patches.filter(
    ({ number, location }) => !applied.has(number) && !lines.some((line) => line.includes(location)),
  );
  if (left.length === 0) return [];
  const named = left.slice(0, MAX_NAMED).map(({ number, location }) => `${asText(location)} (${number})`);
  const more = left.length > MAX_NAMED ? ` and ${left.length - MAX_NAMED} more` : "";
  return [
    `%prep has no line that applies ${named.join(", ")}${more}: add %patch -P <number> -p1 to the spec, or use %autosetup -p1.`,
  ];
}

function appliesAll(line: string): boolean {
  if (/%\{?(?:autopatch|patches|apply_patches|forgeautosetup)\b/.test(line)) return true;
  return /%\{?autosetup\b/.test(line) && !/\s-N\b/.test(line);
}

/** The numbers in `%patch -P 1`, `%patch 1`, `%patch1`, `%{PATCH1}` and `%{P:1}`; `%patch` alone is the first one. */
function appliedNumbers(line: string): number[] {
  const named = [...line.matchAll(/%\{?(?:patch|PATCH|P:)(\d+)/g)].map(([, digits]) => Number(digits));
  const call = /^\s*%\{?patch\s(.*)$/.exec(`${line} `)?.[1];
  if (call === undefined) return named;
  const listed = [...call.matchAll(/(?:^|\s)(?:-P\s*)?(\d+)(?=\s)/g)].map(([, digits]) => Number(digits));
  return [...named, ...(listed.length > 0 ? listed : [0])];
}

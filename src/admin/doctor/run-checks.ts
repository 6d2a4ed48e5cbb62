// Makes all checks at once and tells what they found in the order of the checks, whichever ends first.
import type { Clock } from "../../model/clock.ts";
import { toTandemError } from "../../model/errors.ts";
import { withDeadline } from "../../model/with-deadline.ts";
import { type Finding, failed, type Remark } from "./finding.ts";

/** One thing to look at. */
export interface Check {
  readonly group: string;
  /** What is said to have failed when the look itself fails. */
  readonly name: string;
  /** Looks and judges. */
  readonly look: () => Promise<readonly Remark[]>;
}

/** How checks are made. */
export interface RunOptions {
  /** The time for each. */
  readonly limitMs: number;
  readonly clock: Clock;
  /** Told after each check how many are done. */
  readonly onDone: (done: number) => void;
}

/** Makes the checks. Never rejects: a check that throws, or takes too long, is a finding. */
export async function runChecks(checks: readonly Check[], options: RunOptions): Promise<readonly Finding[]> {
  let done = 0;
  const findings = await Promise.all(
    checks.map(async (check) => {
      const remarks = await make(check, options);
      options.onDone(++done);
      return remarks.map((remark) => ({ group: check.group, ...remark }));
    }),
  );
  return findings.flat();
}

async function make({ name, look }: Check, { limitMs, clock }: RunOptions): Promise<readonly Remark[]> {
  try {
    return await withDeadline(look(), limitMs, clock);
  } catch (thrown) {
    const { message, code, fix } = toTandemError(thrown);
    if (code === "no-answer") return [failed(name, `no answer within ${limitMs / 1_000} s`)];
    return [failed(name, message, fix)];
  }
}

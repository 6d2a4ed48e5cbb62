// What the doctor's checks need.
import { hostname } from "node:os";
import { failed, type Remark } from "../admin/doctor/finding.ts";
import type { Environment } from "../config/env.ts";
import type { ConfigSurvey } from "../config/survey.ts";
import type { Clock } from "../model/clock.ts";
import type { Route } from "../model/routes.ts";
import type { Secret } from "../model/secret.ts";

/** What the checks need. */
export interface DoctorDeps {
  readonly survey: ConfigSurvey;
  /** Those to be looked at; undefined when the configuration has none that can be used. */
  readonly routes: readonly Route[] | undefined;
  readonly env: Environment;
  readonly clock: Clock;
  /** Ends what still runs. */
  readonly signal: AbortSignal;
  /** For one call of a forge. */
  readonly timeoutMs: number;
}

/** The options with which forges are asked, but for the address. */
export function transport({
  token,
  clock,
  signal,
  timeoutMs,
}: Pick<DoctorDeps, "clock" | "signal" | "timeoutMs"> & { readonly token: Secret }) {
  return { token, clock, signal, timeoutMs, random: Math.random, userAgent: `tandem (${hostname()})` };
}

/** What is said of a forge whose token is not set. `name` is the variable. */
export function missingToken(name: string): Remark {
  const fix = `Set ${name}, or ${name}_FILE, to the access token of the bot's account.`;
  return failed("token", `${name} is not set`, fix);
}

// What the doctor's checks need.
import type { Environment } from "../config/env.ts";
import type { ConfigSurvey } from "../config/survey.ts";
import type { Clock } from "../model/clock.ts";
import type { Route } from "../model/routes.ts";

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

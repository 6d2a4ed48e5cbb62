// The options with which tests talk to a double.
import type { TransportOptions } from "../../src/forge/http/transport-options.ts";
import { Secret } from "../../src/model/secret.ts";
import { systemClock } from "../../src/telemetry/clock.ts";

/** By which the requests of such a transport are told from others. */
export const TEST_USER_AGENT = "tandem (test)";

/** A transport with this token, real time and nobody who watches. */
export function transportOptions(token: string): TransportOptions {
  return {
    token: new Secret(token),
    clock: systemClock,
    random: Math.random,
    timeoutMs: 5_000,
    userAgent: TEST_USER_AGENT,
    observe: () => {},
  };
}

// Knows whether the forges take the bot's tokens, and tells the metrics when a token ends. A token that ended unnoticed is
// the classic silent death of a bot.
import type { Clock } from "../src/model/clock.ts";
import { type TandemError, toTandemError } from "../src/model/errors.ts";
import type { ForgeName } from "../src/model/ids.ts";
import type { Logger } from "../src/model/logger.ts";
import type { Metrics } from "../src/telemetry/metrics.ts";

/** Asks a forge about the token; resolves with the end of it in milliseconds since the epoch, undefined without one. */
export type AskForge = (signal: AbortSignal) => Promise<number | undefined>;

/** What the watch needs. */
export interface TokenWatchDeps {
  readonly forges: ReadonlyMap<ForgeName, AskForge>;
  readonly clock: Clock;
  readonly logger: Logger;
  readonly metrics: Pick<Metrics, "token">;
}

/** A running watch. */
export interface TokenWatch {
  /** Rejects with the refusal when a forge refused a token when it was last asked. A forge that is away says nothing. */
  check(): Promise<void>;
  /** A job's call was refused: ask again, at once. */
  doubt(): void;
  close(): Promise<void>;
}

const DAY_MS = 24 * 3600 * 1_000;
/** After a refusal, or when the forge did not answer. */
const SOON_MS = 60_000;
/** Many jobs are refused at once. */
const DOUBT_MS = 10_000;

/** Asks at once and then once a day, more often while something is wrong. */
export function watchTokens(deps: TokenWatchDeps): TokenWatch {
  const ended = new AbortController();
  const refusals = new Map<ForgeName, TandemError>();
  let woken = new AbortController();
  const rest = async (ms: number) => {
    // Both reasons to wake up are ordinary.
    await deps.clock.sleep(ms, AbortSignal.any([ended.signal, woken.signal])).catch(() => {});
  };
  const watch = async () => {
    while (!ended.signal.aborted) {
      woken = new AbortController();
      const sure = await askAll(deps, refusals, ended.signal);
      await rest(sure ? DAY_MS : SOON_MS);
      if (woken.signal.aborted) await deps.clock.sleep(DOUBT_MS, ended.signal).catch(() => {});
    }
  };
  const running = watch();
  return {
    async check() {
      for (const refusal of refusals.values()) throw refusal;
    },
    doubt: () => woken.abort(),
    async close() {
      ended.abort();
      await running;
    },
  };
}

/** @returns whether each forge took its token */
async function askAll(
  { forges, logger, metrics }: TokenWatchDeps,
  refusals: Map<ForgeName, TandemError>,
  signal: AbortSignal,
): Promise<boolean> {
  let sure = true;
  for (const [forge, ask] of forges) {
    try {
      const expiresAt = await ask(signal);
      refusals.delete(forge);
      metrics.token(forge, { valid: true, expiresAt });
    } catch (thrown) {
      const error = toTandemError(thrown);
      if (signal.aborted) return false;
      sure = false;
      if (error.kind === "auth") {
        refusals.set(forge, error);
        metrics.token(forge, { valid: false, expiresAt: undefined });
        logger.error({ forge, error }, "the forge refuses the bot's token");
      } else logger.warn({ forge, error }, "the forge could not be asked about the bot's token");
    }
  }
  return sure;
}

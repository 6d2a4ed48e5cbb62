// With what the forks that a worker makes get their webhook: where it posts, and who makes its token.
import type { ApplyDeps } from "../src/admin/hooks/apply.ts";
import { hookUrl } from "../src/admin/hooks/hook-url.ts";
import { createTokenMaker } from "../src/admin/hooks/make-token.ts";
import type { WorkerConfig } from "../src/config/config.ts";
import { toTandemError } from "../src/model/errors.ts";
import type { Logger } from "../src/model/logger.ts";

export type ForkHook = Omit<ApplyDeps, "hooks">;

/**
 * Undefined where the configuration has no address or no secret. An address that hooks must not have does not stop the
 * service: hooks are no part of a merge request's way.
 */
export function forkHookOf({ webhooks, publicUrl }: WorkerConfig, logger: Logger): ForkHook | undefined {
  const [secret] = webhooks.jwtSecrets;
  if (!secret || publicUrl === undefined) return undefined;
  try {
    return { url: hookUrl(publicUrl), tokens: createTokenMaker(secret) };
  } catch (thrown) {
    logger.warn({ error: toTandemError(thrown) }, "forks get no webhook");
    return undefined;
  }
}

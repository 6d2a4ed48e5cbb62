// Gives a fork that a worker made its hook, so that the pipelines that run there are heard of.
import type { Project, User } from "../../forge/forge.ts";
import { toTandemError } from "../../model/errors.ts";
import type { Logger } from "../../model/logger.ts";
import { type ApplyDeps, applySite } from "./apply.ts";
import { forkSite } from "./observe.ts";
import { planSite } from "./plan.ts";

/** What it needs. */
export interface ForkHookDeps extends ApplyDeps {
  readonly logger: Logger;
  /** Whether nobody tries again: then the work goes on without a hook, whatever the reason. */
  readonly lastAttempt: boolean;
}

/**
 * Sees to it that the fork has its hook. One call where it has one. What cannot be done is logged; `tandem webhook verify` tells
 * of it as well.
 * @throws TandemError when it may be done in a later attempt
 */
export async function ensureForkHook(deps: ForkHookDeps, fork: Project, bot: User): Promise<void> {
  const { hooks, tokens, url, logger } = deps;
  try {
    const list = await hooks.listHooks({ kind: "project", path: fork.path });
    const plan = planSite(forkSite(fork.path, bot, list), { url, noteFor: tokens.noteFor });
    const { did, refusal } = await applySite(deps, { ...plan, surplus: [] });
    if (refusal) logger.warn({ fork: fork.path, error: refusal }, NONE);
    else if (plan.step.do === "ask") logger.warn({ fork: fork.path, ...plan.step.missing }, NONE);
    else if (did !== "nothing") logger.info({ fork: fork.path, did }, "the fork has its webhook");
  } catch (thrown) {
    const error = toTandemError(thrown);
    if (!deps.lastAttempt || error.kind === "auth" || error.kind === "rate-limit") throw error;
    logger.warn({ fork: fork.path, error }, NONE);
  }
}

const NONE = "the fork has no webhook: its pipelines tell nothing";

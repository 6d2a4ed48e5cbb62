// The bot's fork of a project: found, or made and waited for.
import type { Forge, Project, User } from "../forge/forge.ts";
import type { Clock } from "../model/clock.ts";
import { TandemError } from "../model/errors.ts";

/** How a fork is waited for. */
export interface ForkWait {
  readonly clock: Clock;
  readonly signal: AbortSignal;
  /** How long one job waits for a fork; after that the queue tries again later. */
  readonly forkWaitSeconds: number;
}

/** What ensuring a fork needs. */
export interface ForkDeps extends ForkWait {
  /** The forge on which the project is. */
  readonly forge: Forge;
}

const FIRST_POLL_MS = 200;
const MAX_POLL_MS = 5_000;

/** What a look for the fork has found, where one was taken already. */
export interface LookedFor {
  readonly fork: Project | undefined;
}

/**
 * Returns the bot's fork, ready to be pushed to.
 * @param before spares another look
 * @throws TandemError kind `upstream`, code `fork-not-ready` when it takes too long, `fork-failed` when the forge gave up
 */
export async function ensureFork(deps: ForkDeps, parent: Project, owner: User, before?: LookedFor): Promise<Project> {
  const { forge, clock, signal, forkWaitSeconds } = deps;
  const found = before ? before.fork : await forge.findOwnFork(parent, owner);
  let fork = found ?? (await forge.createFork(parent, owner));
  const deadline = clock.now() + forkWaitSeconds * 1_000;
  for (let pollMs = FIRST_POLL_MS; fork.state === "importing"; pollMs = Math.min(pollMs * 2, MAX_POLL_MS)) {
    if (clock.now() >= deadline)
      throw new TandemError("upstream", `The fork ${fork.path} is not ready after ${forkWaitSeconds} s`, {
        code: "fork-not-ready",
      });
    await clock.sleep(pollMs, signal);
    fork = (await forge.readProject(fork.id)) ?? fork;
  }
  if (fork.state === "failed")
    throw new TandemError("upstream", `The forge could not make the fork ${fork.path}`, {
      code: "fork-failed",
      fix: `Remove the project ${fork.path}; it is made anew.`,
    });
  return fork;
}

// Lives a life: actions, deliveries that arrive or do not, jobs in some order, and sweeps until all is at rest.

import type { Job } from "../../../src/model/jobs.ts";
import type { Delivery } from "../../gitlab-double/state/logs.ts";
import { repeatedCalls } from "../../support/repeated-calls.ts";
import { act, type Deeds, noDeeds } from "./act.ts";
import type { LiveStage } from "./live-stage.ts";
import type { Fate, Life } from "./random-life.ts";

/** More jobs than this in one go, or more sweeps until nothing is written, and it does not come to rest. */
const MAX_JOBS = 150;
const MAX_SWEEPS = 4;

/** Everything up to the sweeps. Deliveries that are left when it ends are taken as `rest` says. */
export async function live(stage: LiveStage, life: Life): Promise<Deeds> {
  const deeds = noDeeds();
  const desk = openDesk(stage);
  await desk.work(life.steps[0]?.fate ?? QUIET);
  for (const { action, fate } of life.steps) {
    if (fate.race) await Promise.all([act(stage, deeds, action), stage.bot.work(fate.pick)]);
    else await act(stage, deeds, action);
    await desk.work(fate);
  }
  await desk.work({ ...QUIET, deliveries: life.rest });
  return deeds;
}

/** Sweeps until one writes nothing; returns how many wrote something. */
export async function settle(stage: LiveStage, rest: Life["rest"]): Promise<number> {
  const desk = openDesk(stage);
  for (let sweeps = 0; ; sweeps++) {
    const before = stage.double.logs.requests.length;
    stage.bot.enqueue(sweepJobs(stage));
    await desk.work({ ...QUIET, deliveries: rest });
    const writes = writesSince(stage, before);
    if (writes.length === 0) return sweeps;
    if (sweeps >= MAX_SWEEPS) throw new Error(`sweep ${sweeps + 1} still writes: ${writes.join(", ")}`);
  }
}

/** Every delivery of the life once more, newest first, as if GitLab had sent it anew; returns what was changed by that. */
export async function repeatAll(stage: LiveStage): Promise<readonly string[]> {
  const before = stage.double.logs.requests.length;
  for (const delivery of stage.double.logs.deliveries.toReversed()) stage.bot.hear(delivery, `again-${delivery.id}`);
  await openDesk(stage).work({ ...QUIET, deliveries: "all" });
  return writesSince(stage, before, 300);
}

const QUIET: Fate = { deliveries: "all", jobs: Number.POSITIVE_INFINITY, pick: 0, together: false, race: false };

/** Where deliveries wait. */
function openDesk({ double, bot, botUser, takeDeliveries, repeated }: LiveStage) {
  const waiting: Delivery[] = [];
  const handOver = async (how: Fate["deliveries"]) => {
    await double.idle();
    waiting.push(...takeDeliveries());
    if (how === "none") return;
    const all = waiting.splice(0);
    if (how === "lost") return;
    for (const delivery of how === "reversed" ? all.toReversed() : all) bot.hear(delivery);
    if (how === "twice") for (const delivery of all) bot.hear(delivery, `twice-${delivery.id}`);
  };
  const workAlone = async (pick: number) => {
    const before = double.logs.requests.length;
    await bot.work(pick);
    await double.idle();
    const asked = double.logs.requests.slice(before).filter(({ username }) => username === botUser.user.username);
    repeated.push(...repeatedCalls(asked.filter(({ path }) => path.startsWith("/api/"))));
  };
  return {
    async work({ deliveries, jobs, pick, together }: Fate) {
      await handOver(deliveries);
      for (let done = 0; done < jobs && bot.waiting > 0; done++) {
        if (done > MAX_JOBS) throw new Error(`it does not come to rest: ${lastAttempts(bot.attempts)}`);
        if (together) await Promise.all([bot.work(pick + done), bot.work(pick)]);
        else await workAlone(pick + done);
        await handOver(deliveries);
      }
    },
  };
}

function lastAttempts(attempts: LiveStage["bot"]["attempts"]): string {
  return attempts
    .slice(-12)
    .map(({ subject, ended, summary }) => `${subject} ${ended} ${summary}`)
    .join("\n");
}

/** What a sweep looks at: every source merge request, and every served dist-git branch. */
function sweepJobs({ double, pkg }: LiveStage): readonly Job[] {
  const common = { v: 1, forge: "gitlab", origin: "sweep" } as const;
  return [
    ...double.view
      .mergeRequests(pkg.source)
      .map(({ projectId, iid }): Job => ({ ...common, queue: "mirror", projectId, iid })),
    ...["c9s", "c10s"].map((branch): Job => ({ ...common, queue: "backsync", projectId: pkg.dist.id, branch })),
  ];
}

/** The bot's requests that are meant to change something, by API and by push. */
export function writesSince({ double, botUser }: LiveStage, from: number, below = 600): readonly string[] {
  return double.logs.requests
    .slice(from)
    .filter(({ method, path, username, status }) => {
      const isRead = method === "GET" || method === "HEAD" || path.endsWith("/git-upload-pack");
      // Where the bot may not merge it asks again at each look, as somebody may have let it meanwhile.
      if (status >= 400 && path.endsWith("/merge")) return false;
      return username === botUser.user.username && !isRead && status < below;
    })
    .map(({ method, path, status }) => `${method} ${path} ${status}`);
}

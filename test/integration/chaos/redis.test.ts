// The queue's server fails in the middle of a job: the job is done once, as if nothing had happened.
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it, jest } from "@jest/globals";
import { type FailingRedis, startFailingRedis } from "../../chaos/failing-redis.ts";
import { eventually } from "../../support/eventually.ts";
import { contribute } from "../../support/package.ts";
import { hasRedis } from "../../support/redis-server.ts";
import { type Stage, setStage } from "../../support/stage.ts";

// The machine may have other work.
jest.setTimeout(240_000);

const CUT_MS = Number(process.env.CHAOS_CUT_SECONDS ?? 3) * 1_000;
const within = { withinMs: 45_000 };

(hasRedis ? describe : describe.skip)("Redis fails in the middle of a job", () => {
  const home = mkdtempSync(join(tmpdir(), "tandem-chaos-"));
  let redis: FailingRedis;
  let stage: Stage;

  beforeAll(async () => {
    redis = await startFailingRedis(home);
    stage = await setStage({ home, queue: redis.url, config: { limits: { lockSeconds: 2 } } });
    stage.double.settings.pipelineMode = "manual";
  });
  afterAll(async () => {
    await stage.close();
    await redis.stop();
    rmSync(home, { recursive: true, force: true });
  });

  const failures: readonly (readonly [string, () => Promise<void>])[] = [
    ["it is killed and started again", () => redis.killAndRestart()],
    [
      `it is out of reach for ${CUT_MS} ms`,
      async () => {
        const mend = redis.cut();
        setTimeout(mend, CUT_MS);
      },
    ],
    ["it becomes a replica, and another one takes over", () => redis.failOver()],
  ];

  it.each(failures)("%s", async (what, fail) => {
    const pkg = await stage.package(`package-${failures.findIndex(([each]) => each === what)}`);
    // The bot is about to open the dist-git merge request.
    const path = new RegExp(`/projects/${pkg.dist.id}(?:/|%2F)?.*merge_requests$|/merge_requests$`);
    const failed = new Promise<void>((resolve, reject) => {
      let isDone = false;
      stage.double.faults.onRequest({ method: "POST", path }, "before", async ({ username }) => {
        if (username !== stage.bot.user.username || isDone) return;
        isDone = true;
        await fail().then(resolve, reject);
      });
    });
    // It does concern Tandem.
    expect(redis.clients).toBeGreaterThan(2);
    const { mergeRequest } = await contribute(stage.double, pkg, stage.alice);
    await failed;
    await eventually(() => stage.comments(mergeRequest).some((comment) => /is in step with/.test(comment)), {
      ...within,
      what: "the comment",
    });
    // The queue works again: another wish is heard and carried out.
    const edited = await eventually(
      async () => {
        const title = `Greet ${Date.now()}`;
        const answer = await stage.double.request(
          "PUT",
          `/projects/${pkg.source.id}/merge_requests/${mergeRequest.iid}`,
          {
            token: stage.alice.token,
            body: { title },
          },
        );
        expect(answer.status).toBe(200);
        await stage.double.idle();
        return stage.double.logs.deliveries.at(-1)?.responseStatus === 202 ? title : undefined;
      },
      { ...within, what: "a delivery that is taken" },
    );
    await eventually(() => stage.distMergeRequest(pkg, mergeRequest.iid)?.title === edited, {
      ...within,
      what: "the new title in dist-git",
    });
    expect(stage.double.view.mergeRequests(pkg.dist)).toHaveLength(1);
    expect(stage.comments(mergeRequest)).toHaveLength(1);
  });
});

// R2: no webhook at all, and everything is as it should be after one sweep; and a sweep that finds nothing writes nothing.
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "@jest/globals";
import { Redis } from "ioredis";
import type { MergeRequest } from "../gitlab-double/state/types.ts";
import { eventually } from "../support/eventually.ts";
import { type Account, contribute, type Package } from "../support/package.ts";
import { hasRedis, type RedisServer, startRedis } from "../support/redis-server.ts";
import { type Stage, setStage } from "../support/stage.ts";
import { type Story, storyOn } from "../support/story.ts";

const SLOW = 240_000;
const EVERY = { sweep: { everySeconds: 3 } };

describe.each(hasRedis ? ["redis"] : ["embedded"])("R2: sweeps on %s, while no webhook is delivered", (kind) => {
  let home: string;
  let redis: RedisServer | undefined;
  let stage: Stage;
  let story: Story;

  beforeEach(async () => {
    home = mkdtempSync(join(tmpdir(), "tandem-sweep-"));
    redis = kind === "redis" ? await startRedis() : undefined;
    stage = await setStage({ home, config: EVERY, queue: redis?.url ?? "embedded" });
    story = storyOn(stage);
    stage.double.faults.deliveries("drop", { times: Number.POSITIVE_INFINITY });
  });
  afterEach(async () => {
    await stage.close();
    await redis?.stop();
    rmSync(home, { recursive: true, force: true });
  });

  /** Good sweeps of the running service so far. */
  const sweeps = () => stage.service.log.filter(({ queue, state }) => queue === "sweep" && state !== undefined);
  const writes = () =>
    stage.double.logs.requests.filter(
      ({ method, path, username }) =>
        username === stage.bot.user.username && method !== "GET" && !path.endsWith("/git-upload-pack"),
    );
  /** Resolves when nothing is written any more: not by what is under way, and not by what two more sweeps ask for. */
  const expectQuiet = () =>
    eventually(
      async () => {
        const [before, from] = [writes().length, sweeps().length];
        await eventually(() => sweeps().length >= from + 3, { what: "three more sweeps", withinMs: 60_000 });
        await stage.double.idle();
        return writes().length === before;
      },
      { what: "quiet", withinMs: 120_000 },
    );
  /** What a queue forgets that is lost with everything in it, while the service is down. */
  const downtime = async (happens: () => Promise<void>) => {
    await stage.service.stop();
    await happens();
    await stage.double.idle();
    if (redis) {
      const client = new Redis(redis.url);
      await client.flushall();
      client.disconnect();
    } else rmSync(join(home, "tandem", "queue"), { recursive: true });
    await stage.restart();
  };
  const call = async (mergeRequest: MergeRequest, action: string, { token }: Account) => {
    const { projectId, iid } = mergeRequest;
    const path = `/projects/${projectId}/merge_requests/${iid}${action}`;
    expect((await stage.double.request("PUT", path, { token })).status).toBe(200);
  };
  const status = (mergeRequest: MergeRequest) =>
    stage.comments(mergeRequest)[0]?.replaceAll(/<!--[\s\S]*?-->/g, "") ?? "(no comment)";
  const within = { withinMs: 60_000 };

  it(
    "the life of a pair, pipeline included, and then silence",
    async () => {
      const pkg = await stage.package("acl");
      const contribution = await contribute(stage.double, pkg, stage.alice);
      const source = contribution.mergeRequest;
      const tells = (what: RegExp) =>
        eventually(() => what.test(status(source)), { ...within, what: `${what} in ${status(source)}` });
      await tells(/in step/);
      await tells(/scratch-build.*(passed|success)/);
      const pair = stage.distMergeRequest(pkg, source.iid);
      if (!pair) throw new Error("there is no pair");

      const head = await story.push(contribution, "Salve");
      await eventually(async () => (await story.madeFrom(pair)) === head, { ...within, what: "the push" });
      await story.edit(source, { title: "Say it in Latin" });
      await eventually(() => pair.title === "Say it in Latin", { ...within, what: "the title" });
      await story.edit(source, { state_event: "close" });
      await eventually(() => pair.state === "closed", { ...within, what: "the close" });
      await story.edit(source, { state_event: "reopen" });
      await eventually(() => pair.state === "opened", { ...within, what: "the reopening" });
      await tells(/scratch-build.*(passed|success)/);
      await tells(/in step/);
      await call(pair, "?state_event=close", stage.bot);
      await tells(/Somebody closed/);
      await expectQuiet();
      expect(stage.double.view.mergeRequests(pkg.dist)).toHaveLength(1);
      expect(stage.comments(source)).toHaveLength(1);
      expect(stage.double.logs.unknownRequests).toEqual([]);
    },
    SLOW,
  );

  it(
    "downtime in which everything happened, and a queue that was wiped",
    async () => {
      const names = ["pushed", "retitled", "closed", "merged", "in-dist"] as const;
      const pkgs = new Map<string, Package>();
      for (const name of [...names, "opened"]) pkgs.set(name, await stage.package(name));
      const of = (name: string) => {
        const pkg = pkgs.get(name);
        if (!pkg) throw new Error(name);
        return pkg;
      };
      const mia: Account = {
        user: of("merged").maintainer,
        token: stage.double.admin.createToken(of("merged").maintainer, { value: "glpat-mia" }).value,
      };
      const lives = new Map<string, Awaited<ReturnType<typeof contribute>>>();
      for (const name of names.slice(0, 4)) lives.set(name, await contribute(stage.double, of(name), stage.alice));
      const life = (name: string) => {
        const found = lives.get(name);
        if (!found) throw new Error(name);
        return found;
      };
      const pairOf = (name: string) => stage.distMergeRequest(of(name), life(name).mergeRequest.iid);
      for (const name of lives.keys())
        await eventually(() => status(life(name).mergeRequest).includes("in step"), { ...within, what: name });

      let head = "";
      await downtime(async () => {
        lives.set("opened", await contribute(stage.double, of("opened"), stage.alice));
        head = await story.push(life("pushed"), "Salve");
        await story.edit(life("retitled").mergeRequest, { title: "Another title" });
        await story.edit(life("closed").mergeRequest, { state_event: "close" });
        await call(life("merged").mergeRequest, "/merge", mia);
        await stage.double.admin.commit(of("in-dist").dist, {
          ...{ branch: "c9s", user: mia.user, message: "Gate it\n", files: { "gating.yaml": "x\n" } },
        });
      });

      const opened = () => status(life("opened").mergeRequest);
      await eventually(() => /scratch-build.*(passed|success)/.test(opened()), { ...within, what: opened() });
      await eventually(
        async () => {
          const pair = pairOf("pushed");
          return pair && (await story.madeFrom(pair)) === head;
        },
        { ...within, what: "the push" },
      );
      const pushed = () => status(life("pushed").mergeRequest);
      await eventually(() => /scratch-build.*(passed|success)/.test(pushed()), { ...within, what: pushed() });
      await eventually(() => pairOf("retitled")?.title === "Another title", { ...within, what: "the title" });
      await eventually(() => pairOf("closed")?.state === "closed", { ...within, what: "the close" });
      await eventually(() => /merged/.test(status(life("merged").mergeRequest)), { ...within, what: "the merge" });
      const back = () => stage.double.view.mergeRequests(of("in-dist").source);
      await eventually(() => back().some(({ title }) => title === "Sync from dist-git"), {
        ...within,
        what: "the way back",
      });
      await expectQuiet();
      for (const name of lives.keys()) {
        expect(stage.comments(life(name).mergeRequest)).toHaveLength(1);
        expect(stage.double.view.mergeRequests(of(name).dist)).toHaveLength(1);
      }
      expect(back()).toHaveLength(1);
      const { url } = stage.service;
      const metrics = await (await fetch(`${url}/metrics`)).text();
      expect(metrics).toMatch(/^tandem_sweep_last_success_timestamp_seconds\{route="staging"\} \d/m);
      expect(metrics).toMatch(/^tandem_sweep_found_total\{route="staging"\} [1-9]/m);
    },
    SLOW,
  );
});

(hasRedis ? describe : describe.skip)("a queue that is wiped while the service runs", () => {
  it(
    "gets its schedule again, and one sweep finds all the work that was lost",
    async () => {
      const home = mkdtempSync(join(tmpdir(), "tandem-sweep-"));
      const redis = await startRedis();
      const stage = await setStage({ home, config: EVERY, queue: redis.url });
      const client = new Redis(redis.url);
      try {
        const pkg = await stage.package("acl");
        // The delivery comes, its job waits for a fork that is not made, and is lost.
        const fork = new RegExp(`/projects/${pkg.dist.id}/fork$`);
        stage.double.faults.answer({ method: "POST", path: fork }, { status: 503 });
        const { mergeRequest } = await contribute(stage.double, pkg, stage.alice);
        await eventually(() => stage.service.log.some(({ queue }) => queue === "mirror"), {
          what: "the first attempt",
        });
        await client.flushall();
        await eventually(() => stage.comments(mergeRequest)[0]?.includes("in step"), {
          withinMs: 60_000,
          what: "the pair",
        });
        expect(stage.double.view.mergeRequests(pkg.dist)).toHaveLength(1);
        expect(stage.comments(mergeRequest)).toHaveLength(1);
      } finally {
        client.disconnect();
        await stage.close();
        await redis.stop();
        rmSync(home, { recursive: true, force: true });
      }
    },
    SLOW,
  );
});

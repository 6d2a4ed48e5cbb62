// What an operator sees: one delivery followed through the log, what both processes tell of themselves, a refused token.
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "@jest/globals";
import { eventually } from "../support/eventually.ts";
import { type Contribution, contribute, type Package } from "../support/package.ts";
import { hasRedis, type RedisServer, startRedis } from "../support/redis-server.ts";
import type { LogRecord } from "../support/service.ts";
import { type Stage, setStage } from "../support/stage.ts";

const ADMIN_TOKEN = "watch-admin-token-0123456789";

(hasRedis ? describe : describe.skip)("API and worker as processes of their own", () => {
  const home = mkdtempSync(join(tmpdir(), "tandem-watch-"));
  const log: LogRecord[] = [];
  let redis: RedisServer;
  let stage: Stage;
  let pkg: Package;
  let contribution: Contribution;

  beforeAll(async () => {
    redis = await startRedis();
    const secrets = { ADMIN_TOKEN };
    stage = await setStage({ home, queue: redis.url, split: true, secrets, onLog: (line) => log.push(line) });
  });
  afterAll(async () => {
    await stage.close();
    await redis.stop();
    rmSync(home, { recursive: true, force: true });
  });

  const urls = () => stage.processes.map(({ url }) => url);
  const metricsOf = async (url = "") => (await fetch(`${url}/metrics`)).text();

  it("one id leads from the delivery to the comment, through all jobs that follow", async () => {
    pkg = await stage.package("followed");
    contribution = await contribute(stage.double, pkg, stage.alice);
    const { mergeRequest } = contribution;
    await eventually(() => stage.comments(mergeRequest)[0]?.includes("in step"), { withinMs: 60_000 });
    await eventually(() => log.some(({ queue, state }) => queue === "mirror" && state === "done"));
    const accepted = log.find(({ msg, event }) => msg === "delivery accepted" && event === "Merge Request Hook");
    const ofDelivery = log.filter(({ delivery }) => delivery === accepted?.delivery);
    expect(ofDelivery.map(({ queue }) => queue)).toContain("mirror");
    expect(ofDelivery.some(({ queue, state }) => queue === "mirror" && state === "done")).toBe(true);
    // No line of a job is without the id.
    expect(log.filter(({ job, delivery }) => job !== undefined && typeof delivery !== "string")).toEqual([]);
    // The pipeline's delivery leads through the ci job to the mirror job that follows it.
    await eventually(() => {
      const byDelivery = new Map<unknown, Set<unknown>>();
      for (const { delivery, queue } of log)
        if (queue !== undefined) byDelivery.set(delivery, (byDelivery.get(delivery) ?? new Set()).add(queue));
      return [...byDelivery.values()].some((queues) => queues.has("ci") && queues.has("mirror"));
    });
  });

  it("the API shows what the workers did: to anybody the pair, to an admin every part of its jobs", async () => {
    const [api] = urls();
    const ask = async (path: string, headers = {}) =>
      JSON.parse(await (await fetch(`${api}${path}`, { headers })).text());
    const [pair] = await eventually(
      async () => {
        const { items } = await ask("/api/pairs?package=follow&state=in-step&life=open");
        return items[0]?.checks === "success" ? items : undefined;
      },
      { withinMs: 60_000, what: "the pair with its checks" },
    );
    const { iid } = contribution.mergeRequest;
    const opened = stage.distMergeRequest(pkg, iid);
    expect(pair).toMatchObject({ package: "followed", summary: "", isPublic: true, source: { iid, state: "opened" } });
    expect(pair.dist).toMatchObject({ projectPath: "packit-service/rpms/followed", iid: opened?.iid });
    const shown = await ask(`/api/pairs/${pair.id}`, { Authorization: `Bearer ${ADMIN_TOKEN}` });
    const queues = new Set(shown.jobs.map(({ queue }: { queue: string }) => queue));
    expect([...queues].sort()).toEqual(["ci", "mirror"]);
    const first = shown.jobs.at(-1);
    expect(first.details.plan).toContain("decision   create");
    expect(first.details.steps.map(({ name }: { name: string }) => name)).toEqual([
      "observe",
      "plan",
      "apply",
      "report",
    ]);
    expect(JSON.stringify(await ask(`/api/pairs/${pair.id}`))).not.toContain("decision");
    const page = await (await fetch(`${api}/pairs/${pair.id}`)).text();
    expect(page).toContain(`packit-service/rpms/followed!${opened?.iid}`);
    expect(await (await fetch(`${api}/health`)).text()).not.toContain("No sweep has ended well yet");
  });

  it("both processes answer probes, and tell their side of the story", async () => {
    const [api, worker] = urls();
    for (const url of [api, worker]) {
      expect((await fetch(`${url}/api/healthz`)).status).toBe(200);
      expect((await fetch(`${url}/api/readyz`)).status).toBe(200);
    }
    expect((await fetch(`${worker}/api/webhooks/gitlab`, { method: "POST" })).status).toBe(404);
    const ofApi = await metricsOf(api);
    for (const side of ["source", "dist"])
      expect(ofApi).toMatch(
        new RegExp(`tandem_last_delivery_timestamp_seconds{route="[a-z-]+",side="${side}"} \\d{10}`),
      );
    // The caches are measured behind the job.
    const ofWorker = await eventually(
      async () => {
        const text = await metricsOf(worker);
        return /tandem_git_cache_bytes [1-9]/.test(text) ? text : undefined;
      },
      { what: "the size of the git caches" },
    );
    expect(ofWorker).toContain("tandem_queue_up 1");
    for (const step of ["observe", "plan", "apply", "report"])
      expect(ofWorker).toContain(`tandem_job_step_seconds_count{queue="mirror",step="${step}"}`);
    expect(ofWorker).toContain('tandem_queue_oldest_seconds{queue="mirror"}');
    expect(ofWorker).toContain('tandem_token_valid{forge="gitlab"} 1');
    for (const name of ["rate_remaining", "rate_limit"])
      expect(ofWorker).toMatch(new RegExp(`tandem_forge_${name}{forge="gitlab"} [1-9]`));
    for (const state of ["waiting", "delayed", "active", "failed"])
      expect(ofWorker).toContain(`tandem_queue_jobs{queue="mirror",state="${state}"}`);
    expect(ofWorker).toMatch(/tandem_sweep_last_success_timestamp_seconds{route="[a-z-]+"} \d{10}/);
  });

  it("R24: a worker whose token is refused is not ready, while the API takes deliveries", async () => {
    const [api, worker] = urls();
    stage.double.faults.answer(
      { path: /\/api\/v4\//, times: Number.POSITIVE_INFINITY },
      { status: 401, body: { message: "401 Unauthorized" } },
    );
    // A job meets it first; then the forge is asked.
    await stage.double.admin.commit(contribution.fork, {
      user: stage.alice.user,
      branch: contribution.branch,
      message: "More\n",
      files: { "more.c": "int more;\n" },
    });
    const answer = await eventually(
      async () => {
        const ready = await fetch(`${worker}/api/readyz`);
        return ready.status === 503 ? ready.text() : undefined;
      },
      { withinMs: 60_000, what: "not ready" },
    );
    expect(JSON.parse(answer)).toEqual({ status: "not-ready", reasons: ["the forge refuses the bot's token"] });
    expect(await metricsOf(worker)).toContain('tandem_token_valid{forge="gitlab"} 0');
    expect((await fetch(`${api}/api/readyz`)).status).toBe(200);
  });
});

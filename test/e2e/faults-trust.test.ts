// The faults of the service that Tandem succeeds (docs/faults.md): whom it trusts, what it takes for whose, and who hears
// when it cannot work. Runs with the configuration of staging as it is.
import { execFile } from "node:child_process";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import { afterAll, afterEach, beforeAll, expect, it } from "@jest/globals";
import type { MergeRequest } from "../gitlab-double/state/types.ts";
import { prepareEmbeddedQueue } from "../support/embedded-queue.ts";
import { eventually } from "../support/eventually.ts";
import { contribute, createPackage, forkSource, type Package } from "../support/package.ts";
import { type Payload, type Postman, postmanOn } from "../support/postman.ts";
import { BOT_TOKEN, type Stage, setStage } from "../support/stage.ts";
import { type Story, storyOn } from "../support/story.ts";

const MAIN = join(import.meta.dirname, "../../dist/src/cli/main.js");

/** For the command line, which is started twice. */
const MINUTES = 180_000;

const home = mkdtempSync(join(tmpdir(), "tandem-trust-"));
let stage: Stage;
let story: Story;
let postman: Postman;
let packages = 0;
/** Codes of the errors that a test has provoked. */
let provoked: readonly string[] = [];

beforeAll(async () => {
  stage = await setStage({ home });
  stage.double.settings.pipelineMode = "manual";
  story = storyOn(stage);
  postman = postmanOn(stage);
});
afterEach(() => {
  expect(stage.double.logs.unknownRequests).toEqual([]);
  const errors = stage.service.log.filter(({ level }) => level === "error");
  expect(errors.filter(({ code }) => !provoked.includes(String(code)))).toEqual([]);
});
afterAll(async () => {
  await stage.close();
  rmSync(home, { recursive: true, force: true });
});

const newPackage = () => stage.package(`trusted-${++packages}`);

async function ride() {
  const pkg = await newPackage();
  const contribution = await contribute(stage.double, pkg, stage.alice);
  const { pair } = await story.settled(pkg, contribution, /scratch-build/);
  return { pkg, contribution, pair, source: contribution.mergeRequest };
}

const deliveryOf = ({ projectId }: MergeRequest) => postman.last("merge_requests", projectId);
const attributes = (payload: Payload) => payload.object_attributes as Payload;
/** Source-git merge requests of the bot. */
const fromDist = ({ source }: Package) =>
  stage.double.view.mergeRequests(source).filter(({ authorId }) => authorId === stage.bot.user.id);
const jobsOf = (queue: string, part: string) =>
  stage.service.log.filter((line) => line.queue === queue && line.state !== undefined && line.msg.includes(part))
    .length;

it("R15: a person's commit in dist-git makes one merge request from the bot's fork; the bot's own merged one makes none", async () => {
  const { pkg, contribution, pair } = await ride();
  const { admin, view } = stage.double;
  const mia = admin.createToken(pkg.maintainer, { value: "glpat-mia-r15" }).value;
  for (const { projectId, iid } of [contribution.mergeRequest, pair]) {
    const answer = await stage.double.request("PUT", `/projects/${projectId}/merge_requests/${iid}/merge`, {
      token: mia,
    });
    expect(answer.status).toBe(200);
  }
  await eventually(() => jobsOf("backsync", "") > 0, { what: "the job of the merge" });
  expect(postman.last("push", pkg.dist.id).payload.ref).toBe("refs/heads/c9s");
  const commit = await admin.commit(pkg.dist, {
    ...{ user: pkg.maintainer, branch: "c9s", message: "Gate it\n", files: { "gating.yaml": "x\n" } },
  });
  const made = await eventually(() => fromDist(pkg)[0], { what: "the merge request" });
  await stage.double.idle();
  expect(fromDist(pkg)).toEqual([made]);
  expect(made).toMatchObject({ title: "Sync from dist-git", targetBranch: "c9s", state: "opened" });
  const fork = view.project(made.sourceProjectId);
  expect(fork).toMatchObject({ forkedFromId: pkg.source.id, creatorId: stage.bot.user.id });
  expect(made.sourceBranch).not.toBe("c9s");
  const message = (fork && (await view.commit(fork, made.sourceBranch)))?.message;
  expect(message).toBe(`Gate it\n\nFrom-dist-git-commit: ${commit}\n`);
  expect(stage.double.view.mergeRequests(pkg.dist)).toEqual([pair]);
});

it(
  "R16: both groups renamed and the routes adapted: the pair is kept, and there is no second merge request",
  async () => {
    const { admin, view } = stage.double;
    const groups = { source: admin.createGroup("acme/src"), dist: admin.createGroup("acme/rpms") };
    const pkg = await createPackage(stage.double, { name: "moved", source: "acme/src/moved", dist: "acme/rpms/moved" });
    const { mergeRequest, ...rest } = await contribute(stage.double, pkg, stage.alice);
    // No hook serves these groups: the command line does what one would trigger.
    const sync = async (source: string, dist: string) => {
      const directory = join(home, "cli");
      mkdirSync(directory, { recursive: true });
      await prepareEmbeddedQueue(join(directory, "queue"));
      const route = {
        name: "acme",
        source: `acme/${source}/{package}`,
        dist: `acme/${dist}/{package}`,
        branches: ["c9s"],
      };
      writeFileSync(join(directory, "tandem.yaml"), JSON.stringify({ routes: [route] }));
      const url = `${stage.double.url}/acme/${source}/moved/-/merge_requests/${mergeRequest.iid}`;
      await promisify(execFile)(process.execPath, [MAIN, "sync", url], {
        cwd: directory,
        env: {
          PATH: process.env.PATH,
          TANDEM_ENV: "development",
          TANDEM_CONFIG: join(directory, "tandem.yaml"),
          TANDEM_GIT_CACHE: join(directory, "git"),
          GITLAB_URL: stage.double.url,
          GITLAB_TOKEN: BOT_TOKEN,
          QUEUE_URL: `embedded:${join(directory, "queue")}`,
        },
      });
    };
    await sync("src", "rpms");
    const [pair, ...none] = view.mergeRequests(pkg.dist);
    if (!pair) throw new Error("there is no pair");
    expect(none).toEqual([]);
    admin.rename(groups.source, "source");
    admin.rename(groups.dist, "dist");
    const head = await story.push({ mergeRequest, ...rest }, "Good evening");
    await sync("source", "dist");
    expect(await story.madeFrom(pair)).toBe(head);
    expect(view.mergeRequests(pkg.dist)).toEqual([pair]);
    expect(view.forks(pkg.dist)).toHaveLength(1);
    expect(stage.comments(mergeRequest)).toHaveLength(1);
  },
  MINUTES,
);

it("R17: the bot's fork of source-git has dist-git's name, and the fork of dist-git takes time: the right one is used when it is ready", async () => {
  const pkg = await newPackage();
  const { view, settings } = stage.double;
  const path = `/projects/${pkg.source.id}/fork`;
  const body = { namespace_path: "tandem-bot", path: pkg.name, name: pkg.name };
  expect((await stage.double.request("POST", path, { token: stage.bot.token, body })).status).toBe(201);
  await stage.double.idle();
  const other = view.project(`tandem-bot/${pkg.name}`);
  if (!other) throw new Error("the fork is missing");
  expect(other.forkedFromId).toBe(pkg.source.id);
  const before = view.branches(other);
  await forkSource(stage.double, pkg, stage.alice);
  const usual = settings.forkDelayMs;
  settings.forkDelayMs = 1_500;
  const { pair } = await contribute(stage.double, pkg, stage.alice)
    .then((contribution) => story.settled(pkg, contribution))
    .finally(() => {
      settings.forkDelayMs = usual;
    });
  const fork = view.project(pair.sourceProjectId);
  expect(fork).toMatchObject({ forkedFromId: pkg.dist.id, creatorId: stage.bot.user.id });
  expect(fork?.id).not.toBe(other.id);
  expect(view.branches(other)).toEqual(before);
});

it("R18: no request goes to production, although it has projects of the same names", async () => {
  const { admin } = stage.double;
  const name = `trusted-${packages + 1}`;
  const production = [
    await admin.createProject(`redhat/centos-stream/rpms/${name}`, { defaultBranch: "c9s", files: { a: "a" } }),
    await admin.createProject(`redhat/centos-stream/src/${name}`, { defaultBranch: "c9s", files: { a: "a" } }),
  ];
  await ride();
  const asked = stage.double.logs.requests
    .filter(({ username }) => username === stage.bot.user.username)
    .map(({ path, query, requestBody }) => decodeURIComponent(`${path}?${query} ${requestBody}`));
  expect(asked.length).toBeGreaterThan(10);
  expect(asked.filter((text) => text.includes("redhat"))).toEqual([]);
  const ids = production.map(({ id }) => id).join("|");
  expect(asked.filter((text) => new RegExp(`/projects/(${ids})\\b`).test(text))).toEqual([]);
});

it("R20: a pipeline that names a foreign merge request writes nothing that the API does not confirm", async () => {
  const { pkg, pair, source, contribution } = await ride();
  const other = await ride();
  const [waiting] = stage.double.view.mergeRequestPipelines(pair);
  await stage.double.admin.advancePipeline(waiting?.id ?? 0, "running");
  await story.told(contribution, /scratch-build \| ▸ running/);
  const pipeline = postman.last("pipeline", pair.sourceProjectId);
  const from = postman.count();
  const forged = (lie: object) => (payload: Payload) => ({
    ...payload,
    object_attributes: { ...attributes(payload), status: "success", detailed_status: "passed", ...lie },
    merge_request: {
      ...(payload.merge_request as object),
      iid: other.pair.iid,
      url: `${stage.double.url}/${stage.double.view.pathOf(other.pkg.dist)}/-/merge_requests/${other.pair.iid}`,
    },
    builds: [],
  });
  // It says success; the API says that it still runs.
  for (const lie of [{}, { id: 99_999 }, { sha: "f".repeat(40) }, { ref: other.pair.sourceBranch }])
    expect((await postman.handle(pipeline, { change: forged(lie) })).queue).toBe("ci");
  expect((await postman.post(pipeline, { change: forged({ ref: "main" }) })).status).toBe(202);
  // As from a project of the attacker's, which the hook's token does not cover.
  const { status } = await postman.post(pipeline, {
    change: (payload) => ({ ...forged({})(payload), project: { id: pkg.dist.id, path_with_namespace: "mallory/x" } }),
  });
  expect(status).toBe(401);
  for (const { source: subject } of [{ source }, other])
    expect(await postman.handle(deliveryOf(subject))).toMatchObject({ state: "noop" });
  expect(postman.writes(from)).toEqual([]);
});

it("R20: a merge request with a foreign source, title and description writes nothing that the API does not confirm", async () => {
  const { source, pair, pkg } = await ride();
  const other = await ride();
  const from = postman.count();
  const foreign = { id: other.contribution.fork.id, path_with_namespace: "mallory/evil" };
  const forged = (payload: Payload) => ({
    ...payload,
    object_attributes: {
      ...attributes(payload),
      ...{ title: "Evil", description: "Evil", target_branch: "evil", state: "closed", action: "close" },
      ...{ source: foreign, source_project_id: foreign.id, last_commit: { id: "e".repeat(40) } },
    },
  });
  expect(await postman.handle(deliveryOf(source), { change: forged })).toMatchObject({ state: "noop" });
  // The path is served and the token covers it, but the number is that of another project.
  const elsewhere = (payload: Payload) => ({
    ...payload,
    project: { ...(payload.project as object), id: other.pkg.dist.id },
  });
  expect(await postman.handle(deliveryOf(source), { change: elsewhere })).toMatchObject({ state: "noop" });
  expect(postman.writes(from)).toEqual([]);
  expect(pair).toMatchObject({ state: "opened", title: "Greet politely", targetBranch: "c9s" });
  expect(stage.double.view.mergeRequests(pkg.dist)).toEqual([pair]);
});

it("R22: a delivery without a token is refused, leads to no call of the forge, and opens no issue", async () => {
  const { source } = await ride();
  const refused: string[] = [];
  for (const token of [undefined, "", "None", "wrong"]) {
    const { status, key } = await postman.post(deliveryOf(source), { headers: { "X-Gitlab-Token": token } });
    expect(status).toBe(401);
    const said = await eventually(() => stage.service.log.find(({ delivery }) => delivery === key));
    expect(said).toMatchObject({ result: "unauthenticated" });
    refused.push(key);
  }
  // Only jobs call the forge; one that is worked on now would come after those.
  await postman.handle(deliveryOf(source));
  const jobs = stage.service.log.map(({ job }) => String(job));
  expect(jobs.filter((job) => refused.some((key) => job.startsWith(key)))).toEqual([]);
  expect(stage.double.logs.requests.filter(({ path }) => path.includes("/issues"))).toEqual([]);
});

it("R24: an expired token: the worker says so, with the remedy; with a new one the next delivery is worked on", async () => {
  const { contribution, source, pair } = await ride();
  const { admin } = stage.double;
  provoked = ["forge-unauthorized"];
  admin.createToken(stage.bot.user, { value: BOT_TOKEN, expiresAt: "2020-01-01" });
  await story.edit(source, { title: "Another title" });
  const line = await eventually(() => stage.service.log.find(({ code }) => code === "forge-unauthorized"), {
    what: "the worker's complaint",
  });
  expect(line).toMatchObject({ level: "error", kind: "auth", queue: "mirror" });
  expect(JSON.stringify(line)).toMatch(/GITLAB_TOKEN is valid and not expired/);
  expect(JSON.stringify(line)).not.toContain(BOT_TOKEN);
  admin.createToken(stage.bot.user, { value: BOT_TOKEN });
  await postman.handle(deliveryOf(source));
  await story.told(contribution, /in step/);
  expect(pair.title).toBe("Another title");
});

// The GitLab adapter against the double.
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from "@jest/globals";
import type { DistForge, Project, User } from "../../../src/forge/forge.ts";
import { createGitLabForge } from "../../../src/forge/gitlab/gitlab-forge.ts";
import { parseSha, type Sha } from "../../../src/model/ids.ts";
import { ensureFork } from "../../../src/sync/ensure-fork.ts";
import { systemClock } from "../../../src/telemetry/clock.ts";
import { type GitLabDouble, startGitLabDouble } from "../../gitlab-double/gitlab-double.ts";
import { type Account, contribute, createPackage, type Package } from "../../support/package.ts";
import { transportOptions } from "../../support/transport-options.ts";

const directory = mkdtempSync(join(tmpdir(), "tandem-forge-"));
let double: GitLabDouble;
let forge: DistForge;
let bot: Account;
let me: User;
let alice: Account;
let pkg: Package;
let source: Project;
let dist: Project;
let packages = 0;

const found = <T>(value: T | undefined): T => {
  if (value === undefined) throw new Error("not found");
  return value;
};
const sha = (text: string | undefined): Sha => found(parseSha(text ?? ""));

beforeAll(async () => {
  double = await startGitLabDouble({ dataDir: directory });
  bot = double.admin.createUser("tandem-bot", { name: "Tandem" });
  alice = double.admin.createUser("alice");
  forge = createGitLabForge({ ...transportOptions(bot.token), url: double.url });
  me = await forge.whoAmI();
});
beforeEach(async () => {
  const name = `pkg${++packages}`;
  pkg = await createPackage(double, { name, source: `src/${name}`, dist: `rpms/${name}` });
  source = found(await forge.readProject(`src/${name}`));
  dist = found(await forge.readProject(pkg.dist.id));
});
afterEach(async () => {
  double.faults.clear();
  await double.idle();
  expect(double.logs.unknownRequests).toEqual([]);
});
afterAll(async () => {
  await double.close();
  rmSync(directory, { recursive: true, force: true });
});

const fork = (parent: Project, forkWaitSeconds = 5) =>
  ensureFork({ forge, clock: systemClock, signal: AbortSignal.timeout(20_000), forkWaitSeconds }, parent, me);

describe("reading", () => {
  it("gives undefined for what is not there", async () => {
    expect(await forge.readProject("src/nothing")).toBeUndefined();
    expect(await forge.readMergeRequest(source.id, 99)).toBeUndefined();
    expect(await forge.readBranch(dist.id, "nothing")).toBeUndefined();
    expect(await forge.readCommit(dist.id, sha("1".repeat(40)))).toBeUndefined();
    expect(await forge.findPipelines(dist.id, sha("1".repeat(40)))).toEqual([]);
  });

  it("reads a project and a merge request, null fields included", async () => {
    expect(source).toMatchObject({
      path: `src/${pkg.name}`,
      forkedFromId: undefined,
      state: "ready",
    });
    const { mergeRequest, fork: origin } = await contribute(double, pkg, alice, { description: null });
    const read = found(await forge.readMergeRequest(source.id, mergeRequest.iid));
    expect(read).toMatchObject({
      description: "",
      draft: false,
      state: "opened",
      sourceProjectId: origin.id,
      head: mergeRequest.sha,
    });
    expect(await forge.hasFile(source.id, ".distro/source-git.yaml", sha(mergeRequest.sha))).toBe(true);
    expect(await forge.hasFile(source.id, "nothing", sha(mergeRequest.sha))).toBe(false);
  });

  it("takes a merge request without a head, as GitLab shows it at first", async () => {
    double.settings.slowMergeRequests = 2; // opening it is the first read
    const { mergeRequest } = await contribute(double, pkg, alice);
    double.settings.slowMergeRequests = 0;
    expect((await forge.readMergeRequest(source.id, mergeRequest.iid))?.head).toBeUndefined();
  });
});

it.each([403, 404])("shows no pipelines where it may not see them (%i)", async (status) => {
  const { mergeRequest } = await contribute(double, pkg, alice);
  double.faults.answer({ path: /\/pipelines/, times: 2 }, { status, body: { message: `${status}` } });
  expect(await forge.findMergeRequestPipelines(source.id, mergeRequest.iid)).toEqual([]);
  expect(await forge.findPipelines(source.id, sha(mergeRequest.sha))).toEqual([]);
});

describe("the bot's fork", () => {
  it("is made once, waited for, and found again", async () => {
    const made = await fork(dist);
    expect(made).toMatchObject({ forkedFromId: dist.id, state: "ready", path: `tandem-bot/${pkg.name}` });
    expect((await fork(dist)).id).toBe(made.id);
  });

  it("R17: is told from a fork of another project with the same name", async () => {
    const other = await fork(source);
    const made = await fork(dist);
    expect(other.path).toBe(`tandem-bot/${pkg.name}`);
    expect(made).toMatchObject({ forkedFromId: dist.id, path: `tandem-bot/${pkg.name}-${dist.id}` });
  });

  it("is found when GitLab answers 409 although it made it", async () => {
    double.faults.nextFork("race-409");
    expect((await fork(dist)).forkedFromId).toBe(dist.id);
    expect(double.view.forks(pkg.dist)).toHaveLength(1);
  });

  it("is found by the next attempt when the answer got lost", async () => {
    double.faults.reset({ method: "POST", path: /\/fork$/ }, "after");
    await expect(fork(dist)).rejects.toMatchObject({ kind: "upstream" });
    expect((await fork(dist)).forkedFromId).toBe(dist.id);
    expect(double.view.forks(pkg.dist)).toHaveLength(1);
  });

  it.each([
    ["never-ready", "fork-not-ready"],
    ["fails", "fork-failed"],
  ] as const)("that %s is a failure of the forge", async (fault, code) => {
    double.faults.nextFork(fault);
    await expect(fork(dist, 0.3)).rejects.toMatchObject({ kind: "upstream", code });
  });
});

describe("merge requests", () => {
  const open = async () => {
    const made = await fork(dist);
    const forkOfDist = found(double.view.project(made.id));
    await double.admin.commit(forkOfDist, { user: bot.user, branch: "src-1-c9s", message: "x\n", files: { a: "a" } });
    const request = {
      sourceProject: made,
      sourceBranch: "src-1-c9s",
      targetProjectId: dist.id,
      targetBranch: "c9s",
      title: "Title",
      description: "Text",
    };
    return { request, mergeRequest: await forge.createMergeRequest(request) };
  };

  it("are opened from the fork, found by branch and author, changed, closed and reopened", async () => {
    const { mergeRequest } = await open();
    expect(mergeRequest).toMatchObject({ projectId: dist.id, state: "opened", author: { id: me.id }, title: "Title" });
    const filter = { sourceBranch: "src-1-c9s", author: me };
    expect((await forge.findMergeRequests(dist.id, filter)).map(({ iid }) => iid)).toEqual([mergeRequest.iid]);
    expect(await forge.findMergeRequests(dist.id, { ...filter, author: alice.user })).toEqual([]);
    const change = (given: object) => forge.updateMergeRequest(dist.id, mergeRequest.iid, given);
    expect(await change({ title: "Draft: Other", description: "" })).toMatchObject({ draft: true, description: "" });
    expect(await change({ state: "closed" })).toMatchObject({ state: "closed" });
    expect(await change({ state: "opened" })).toMatchObject({ state: "opened" });
    expect((await forge.findMergeRequestPipelines(dist.id, mergeRequest.iid)).length).toBeGreaterThan(0);
  });

  it("that are there already are a stale view of the world", async () => {
    const { request } = await open();
    await expect(forge.createMergeRequest(request)).rejects.toMatchObject({ kind: "stale", code: "forge-conflict" });
  });
});

describe("commit statuses", () => {
  const status = {
    context: "Dist-git MR CI Pipeline",
    state: "running",
    description: "d".repeat(200),
    targetUrl: "https://ci.test/1",
  } as const;

  it("R10: are denied in a fork without rights and in the target without ref, and set in the target with ref", async () => {
    const { mergeRequest, fork: origin } = await contribute(double, pkg, alice);
    const commit = sha(mergeRequest.sha);
    double.admin.addMember(pkg.source, bot.user, 30);
    expect(await forge.setCommitStatus(origin.id, commit, status)).toBe("denied");
    expect(await forge.setCommitStatus(source.id, commit, status)).toBe("denied");
    expect(await forge.setCommitStatus(source.id, commit, { ...status, ref: mergeRequest.sourceBranch })).toBe("set");
    const [row] = double.view.statuses(pkg.source, commit).filter(({ name }) => name === status.context);
    expect(row).toMatchObject({ status: "running", targetUrl: status.targetUrl, description: "d".repeat(140) });
  });

  it("are written once: the same again writes nothing, and a refused transition counts as done", async () => {
    const head = sha(double.view.branches(pkg.source).c9s);
    double.admin.addMember(pkg.source, bot.user, 30);
    const rows = () => double.view.statuses(pkg.source, head).filter(({ name }) => name === status.context);
    expect(await forge.setCommitStatus(source.id, head, status)).toBe("set");
    expect(await forge.setCommitStatus(source.id, head, status)).toBe("unchanged");
    expect(await forge.setCommitStatus(source.id, head, { ...status, state: "pending" })).toBe("unchanged");
    expect(rows()).toMatchObject([{ status: "running" }]);
    expect(await forge.setCommitStatus(source.id, head, { ...status, state: "success" })).toBe("set");
    expect(await forge.setCommitStatus(source.id, head, { ...status, state: "success" })).toBe("unchanged");
    expect(rows()).toMatchObject([{ status: "success" }]);
  });
});

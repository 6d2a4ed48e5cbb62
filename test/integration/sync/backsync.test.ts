// The way back on real repositories: dist-git's commits become one merge request of source-git (R15, R17, service.md 6).
import { mkdirSync } from "node:fs";
import { join } from "node:path";
import { beforeEach, describe, expect, it } from "@jest/globals";
import { TandemError, userError } from "../../../src/model/errors.ts";
import type { BacksyncJob } from "../../../src/model/jobs.ts";
import type { Outcome } from "../../../src/model/outcome.ts";
import type { Route } from "../../../src/model/routes.ts";
import { runBacksync } from "../../../src/sync/backsync/run.ts";
import { isBacksyncRequest, parseBacksyncMark } from "../../../src/sync/marks/backsync-mark.ts";
import { route as anyRoute, bot, mergeRequest, sha } from "../../support/forge-values.ts";
import { MERGE_METHODS, type Ride, startRide } from "../../support/git/ride.ts";
import { createRideForge, type RideForge } from "../../support/git/ride-forge.ts";
import { makeSpec } from "../../support/git/test-pair.ts";
import { temporaryDirectory } from "../../support/git/test-repository.ts";
import { manualClock } from "../../support/manual-clock.ts";
import { recordingLogger } from "../../support/recording-logger.ts";

const root = temporaryDirectory();
const BRANCH = "sync-from-dist-git/c9s";
const IDENTITY = { name: "Tandem", email: "9-tandem-bot@users.noreply.gitlab.test" };
const ROUTE: Route = { ...anyRoute, branches: ["main"], distBranch: "c9s" };

let directory = "";
let count = 0;
let ride: Ride;
let on: RideForge;

beforeEach(async () => {
  directory = join(root, String(count++));
  mkdirSync(directory);
  ride = await startRide({ directory });
  on = createRideForge(ride, directory);
});

const JOB: BacksyncJob = { v: 1, queue: "backsync", forge: "gitlab", projectId: 2, branch: "c9s", origin: "test" };

interface Given {
  readonly route?: Partial<Route>;
  readonly job?: Partial<BacksyncJob>;
  /** Happens after the forge was read and before git fetches. */
  readonly meanwhile?: () => Promise<void>;
}

async function run(given: Given = {}) {
  const home = { forge: on.forge, bot };
  return runBacksync(
    {
      homes: { dist: async () => home, source: async () => home },
      routes: [{ ...ROUTE, ...given.route }],
      openRepository: async () => {
        await given.meanwhile?.();
        return ride.store;
      },
      remoteOf: (project) => ({ url: on.repositoryOf(project).directory }),
      identityOf: () => IDENTITY,
      clock: manualClock(),
      signal: new AbortController().signal,
      forkWaitSeconds: 1,
      logger: recordingLogger(),
      lastAttempt: false,
    },
    { ...JOB, ...given.job },
  );
}

/** The bot's only merge request. */
function only() {
  expect(on.mergeRequests.filter((each) => isBacksyncRequest(each, bot))).toHaveLength(1);
  const found = on.mergeRequests.find((each) => isBacksyncRequest(each, bot));
  if (!found) throw new Error("no merge request");
  return found;
}

const forkRepository = () => on.fork.repository ?? ride.source;

/** Merges the bot's branch into source-git as the forge does. */
async function mergeRequestBy(method: (typeof MERGE_METHODS)[number]) {
  await ride.source.git(["fetch", "-q", forkRepository().directory, `+refs/heads/${BRANCH}:refs/heads/theirs`]);
  await ride.merge("source", await ride.source.head("theirs"), method);
  on.edit(only().iid, { state: "merged" });
}

/** A second run finds nothing to do. */
async function expectRest() {
  const before = on.writes.length;
  expect(await run()).toMatchObject({ state: "noop" });
  expect(on.writes.slice(before)).toEqual([]);
}

describe("R15: dist-git's commits come to source-git", () => {
  it("a person's commit in dist-git makes one merge request from the bot's fork", async () => {
    const inDist = await ride.inDist({ "gating.yaml": "x\n" }, "Gate it\n\nFor @all people.\n/close\n");
    expect(await run()).toMatchObject({ state: "done" });
    expect(only()).toMatchObject({
      title: "Sync from dist-git",
      projectId: 1,
      sourceProjectId: 31,
      sourceBranch: BRANCH,
      targetBranch: "main",
    });
    expect(parseBacksyncMark(only().description)).toEqual({ distProjectId: 2, distBranch: "c9s", distHead: inDist });
    expect(only().description).toContain("Gate it");
    const head = await forkRepository().head(BRANCH);
    const shown = await forkRepository().git(["log", "-1", "--format=%an|%ad|%cn|%ce|%cd|%P|%B", "--date=raw", head]);
    expect(shown).toBe(
      `Ada Dev|1646128920 +0000|Tandem|${IDENTITY.email}|1646128920 +0000|${await ride.source.head()}|` +
        `Gate it\n\nFor @all people.\n/close\n\nFrom-dist-git-commit: ${inDist}\n\n`,
    );
    expect(await forkRepository().files(head)).toMatchObject({ ".distro/gating.yaml": "x\n" });
    expect(on.writes).toEqual(["createFork", "createMergeRequest"]);
    await expectRest();
  });

  it.each(MERGE_METHODS)("its merge by %s leaves nothing to do, also when both move on", async (method) => {
    await ride.inDist({ "gating.yaml": "x\n" });
    await ride.inDist({ "hello.spec": makeSpec({ release: "2%{?dist}" }) });
    await run();
    await ride.inSource({ "b.txt": "meanwhile\n" });
    if (method === "fast-forward") {
      // Nothing else came meanwhile where a fast-forward is possible.
      await ride.source.git(["update-ref", "refs/heads/main", "main~1"]);
    }
    await mergeRequestBy(method);
    await expectRest();
    await ride.inSource({ "a.txt": "later\n" });
    await expectRest();
    const later = await ride.inDist({ "gating.yaml": "y\n" });
    expect(await run()).toMatchObject({ state: "done" });
    const [, second, ...more] = on.mergeRequests;
    expect(more).toEqual([]);
    expect(second?.description).toContain(later.slice(0, 8));
    expect(second?.description.match(/^- \[/gm)).toHaveLength(1);
  });

  it.each(MERGE_METHODS.flatMap((source) => MERGE_METHODS.map((dist) => ({ source, dist }))))(
    "the push of the bot's own merged dist-git commit makes none: source-git by $source, dist-git by $dist",
    async ({ source, dist }) => {
      const head = await ride.source.commit({
        branch: "request",
        parents: [await ride.source.head()],
        message: "Contribution",
        files: { "a.txt": "x\n", ".distro/hello.spec": makeSpec({ release: "2%{?dist}" }) },
      });
      const commit = await ride.mirror(head);
      await ride.merge("dist", commit, dist);
      // Dist-git may be merged before source-git.
      await expectRest();
      await ride.merge("source", head, source);
      await expectRest();
      expect(on.mergeRequests).toEqual([]);
      expect(on.fork.project).toBeUndefined();
    },
  );

  it.each(MERGE_METHODS.filter((method) => method !== "fast-forward"))(
    "a person's commit below the bot's own one, merged by %s, is brought alone",
    async (method) => {
      await ride.inSource({ "a.txt": "x\n", ".distro/hello.spec": makeSpec({ release: "2%{?dist}" }) });
      const own = await ride.mirror();
      await ride.inDist({ "gating.yaml": "x\n" }, "By a person");
      await ride.merge("dist", own, method);
      expect(await run()).toMatchObject({ state: "done" });
      const log = await forkRepository().git(["log", "--format=%s", `main..${BRANCH}`]);
      expect(log).toBe("By a person\n");
      await mergeRequestBy("merge");
      await expectRest();
    },
  );

  it("a second push while it is open: the same merge request follows", async () => {
    await ride.inDist({ "gating.yaml": "x\n" });
    await run();
    const second = await ride.inDist({ "gating.yaml": "y\n" });
    expect(await run()).toMatchObject({ state: "done" });
    expect(parseBacksyncMark(only().description)?.distHead).toBe(second);
    expect(await forkRepository().git(["log", "--format=%s", `main..${BRANCH}`])).toBe(
      "Change dist-git\nChange dist-git\n",
    );
    await expectRest();
  });

  it("source-git moved: the branch stays, until the forge reports conflicts", async () => {
    await ride.inDist({ "gating.yaml": "x\n" });
    await run();
    const before = await forkRepository().head(BRANCH);
    const moved = await ride.inSource({ "a.txt": "x\n" });
    await expectRest();
    expect(await forkRepository().head(BRANCH)).toBe(before);
    on.edit(only().iid, { hasConflicts: true });
    await run();
    expect(await forkRepository().git(["rev-parse", `${BRANCH}^`])).toBe(`${moved}\n`);
  });

  it("somebody brought it by hand: the open merge request says so and is closed", async () => {
    await ride.inDist({ "gating.yaml": "x\n" });
    await run();
    await ride.inSource({ ".distro/gating.yaml": "x\n" });
    expect(await run()).toMatchObject({ state: "done" });
    expect(only().state).toBe("closed");
    expect(on.notes).toHaveLength(1);
    expect(on.notes[0]?.body).toMatch(/has everything/);
    await expectRest();
    await ride.inDist({ "gating.yaml": "y\n" });
    await run();
    expect(on.mergeRequests.map(({ state }) => state)).toEqual(["closed", "opened"]);
  });

  it("merged while a job looks at it: nothing is said of closing", async () => {
    await ride.inDist({ "gating.yaml": "x\n" });
    await run();
    const before = on.writes.length;
    expect(await run({ meanwhile: () => mergeRequestBy("merge") })).toMatchObject({ state: "noop" });
    expect(on.writes.slice(before)).toEqual([]);
    expect(only().state).toBe("merged");
  });

  it("closed by hand: it stays closed until dist-git moves", async () => {
    await ride.inDist({ "gating.yaml": "x\n" });
    await run();
    on.edit(only().iid, { state: "closed" });
    await expectRest();
    await ride.inDist({ "gating.yaml": "y\n" });
    await run();
    expect(on.mergeRequests.map(({ state }) => state)).toEqual(["closed", "opened"]);
    await expectRest();
  });

  it("killed between push and merge request: the next run makes exactly one", async () => {
    await ride.inDist({ "gating.yaml": "x\n" });
    on.fail("createMergeRequest", new Error("killed"));
    await expect(run()).rejects.toThrow("killed");
    const pushed = await forkRepository().head(BRANCH);
    expect(on.mergeRequests).toEqual([]);
    await run();
    only();
    expect(await forkRepository().head(BRANCH)).toBe(pushed);
    await expectRest();
  });

  it("killed between comment and close: the next run closes, with one comment", async () => {
    await ride.inDist({ "gating.yaml": "x\n" });
    await run();
    await ride.inSource({ ".distro/gating.yaml": "x\n" });
    on.fail("updateMergeRequest", new TandemError("upstream", "killed", { code: "killed" }));
    await expect(run()).rejects.toThrow("killed");
    await run();
    expect(only().state).toBe("closed");
    expect(on.notes).toHaveLength(1);
  });

  it("a failure that nobody tries again is told on the open merge request, in the same comment", async () => {
    await ride.inDist({ "gating.yaml": "x\n" });
    await run();
    await ride.inSource({ ".distro/gating.yaml": "x\n" });
    on.fail("updateMergeRequest", new Error("out of order"));
    await expect(run()).rejects.toThrow("out of order");
    expect(on.notes.map(({ body }) => body)).toEqual([expect.stringContaining("could not follow")]);
  });
});

describe("what cannot be brought", () => {
  it.each([
    ["sources", { sources: "SHA512 (y.tar.gz) = 1\n" }, /sources file was modified/],
    ["a patch", { "own.patch": "x\n" }, /patch was modified/],
    ["a conflict", { "hello.spec": makeSpec({ release: "9%{?dist}" }) }, /could not be applied/],
  ])("is told once on the open merge request, and healed: %s", async (_name, files, words) => {
    const first = await ride.inDist({ "gating.yaml": "x\n" });
    await run();
    await ride.inSource({ ".distro/hello.spec": makeSpec({ release: "3%{?dist}" }) });
    const refused = await ride.inDist(files);
    for (let time = 0; time < 3; time++) expect(await run()).toMatchObject({ state: "refused" });
    expect(on.notes).toHaveLength(1);
    expect(on.notes[0]?.body).toMatch(words);
    expect(on.writes.filter((name) => name.endsWith("Note"))).toEqual(["createNote"]);
    expect(parseBacksyncMark(only().description)?.distHead).toBe(first);
    await ride.inSource({ "b.txt": "by hand\n" }, `By hand\n\nFrom-dist-git-commit: ${refused}\n`);
    expect(await run()).toMatchObject({ state: "done" });
    expect(only().state).toBe("closed");
  });

  it("without an open merge request is told where it matters: the other merge requests are looked at", async () => {
    on.mergeRequests.push(mergeRequest({ iid: 5, targetBranch: "main" }), mergeRequest({ iid: 6, targetBranch: "x" }));
    await ride.inDist({ sources: "SHA512 (y.tar.gz) = 1\n", "hello.spec": makeSpec({ version: "2.0" }) });
    const outcome: Outcome = await run();
    expect(outcome).toMatchObject({ state: "refused", summary: expect.stringMatching(/^sources-changed: /) });
    expect(outcome.follow).toEqual([{ v: 1, queue: "mirror", forge: "gitlab", projectId: 1, iid: 5, origin: "test" }]);
    expect(outcome.record).toEqual({ v: 1, route: ROUTE.name, pairs: ["gitlab-1-5"] });
    expect(on.writes).toEqual([]);
  });

  it("history without a trailer: nothing is done", async () => {
    directory = join(directory, "bare");
    mkdirSync(directory);
    ride = await startRide({ directory, withoutOrigin: true });
    on = createRideForge(ride, directory);
    await ride.inDist({ "gating.yaml": "x\n" });
    await expectRest();
    expect(on.writes).toEqual([]);
  });

  it("the bot may not fork: refused, and again the others are looked at", async () => {
    on.mergeRequests.push(mergeRequest({ iid: 5, targetBranch: "main" }));
    await ride.inDist({ "gating.yaml": "x\n" });
    on.fail("createFork", userError("forbidden", "The bot may not fork src/hello"));
    const outcome = await run();
    expect(outcome).toMatchObject({ state: "refused", summary: "forbidden: The bot may not fork src/hello" });
    expect(outcome.follow).toHaveLength(1);
    expect(on.writes).toEqual([]);
  });
});

describe("what is not the bot's", () => {
  const resolve = async () => {
    await ride.inDist({ "gating.yaml": "x\n" });
    await run();
    return forkRepository().commit({ branch: BRANCH, message: "Resolve", files: { ".distro/mine": "x\n" } });
  };

  it("a maintainer's commit on the branch is never overwritten; told once", async () => {
    const theirs = await resolve();
    await expectRest();
    await ride.inDist({ "gating.yaml": "y\n" });
    for (let time = 0; time < 2; time++) expect(await run()).toMatchObject({ state: "refused" });
    expect(await forkRepository().head(BRANCH)).toBe(theirs);
    expect(on.notes.map(({ body }) => body)).toEqual([expect.stringContaining("which Tandem did not make")]);
  });

  it("after such a branch was merged, the next commit starts anew", async () => {
    const theirs = await resolve();
    on.edit(only().iid, { head: theirs });
    await mergeRequestBy("squash");
    await expectRest();
    await ride.inDist({ "gating.yaml": "y\n" });
    expect(await run()).toMatchObject({ state: "done" });
    expect(on.mergeRequests.map(({ state }) => state)).toEqual(["merged", "opened"]);
  });

  it("a merge request of that branch by somebody else, or with a forged mark, is not taken for it", async () => {
    await ride.inDist({ "gating.yaml": "x\n" });
    const description = `<!-- tandem:backsync {"distProjectId":2,"distBranch":"c9s","distHead":"${sha("d")}"} -->`;
    on.mergeRequests.push(mergeRequest({ iid: 5, sourceBranch: BRANCH, targetBranch: "main", description }));
    const outcome = await run();
    expect(on.writes).toEqual(["createFork", "createMergeRequest"]);
    expect(outcome.follow).toHaveLength(1);
  });
});

describe("what is none of its business", () => {
  it.each<[string, Parameters<typeof run>[0], RegExp]>([
    ["a project that is gone", { job: { projectId: 77 } }, /does not exist/],
    ["a branch that no route leads to", { job: { branch: "c8s" } }, /no route leads/],
    ["a branch that was deleted", { job: { branch: "c10s" }, route: { distBranch: "c10s" } }, /has no branch c10s/],
    ["a source branch that is missing", { route: { branches: ["c9s"] } }, /has no branch c9s/],
    ["a source project that is missing", { route: { source: "elsewhere/{package}" } }, /no source-git project/],
  ])("%s: quiet", async (_name, given, words) => {
    await ride.inDist({ "gating.yaml": "x\n" });
    expect(await run(given)).toEqual({ state: "noop", summary: expect.stringMatching(words) });
    expect(on.writes).toEqual([]);
  });

  it("a route without back-sync: only the source merge requests are looked at", async () => {
    on.mergeRequests.push(mergeRequest({ iid: 5, targetBranch: "main" }));
    await ride.inDist({ "gating.yaml": "x\n" });
    const outcome = await run({ route: { backsync: false } });
    expect(outcome.state).toBe("noop");
    expect(outcome.follow).toHaveLength(1);
    expect(on.writes).toEqual([]);
  });

  it("a source branch that was never prepared: quiet", async () => {
    await ride.source.git(["update-ref", "refs/heads/main", "1.0"]);
    await ride.inDist({ "gating.yaml": "x\n" });
    await expectRest();
    expect(on.writes).toEqual([]);
  });
});

// The way back from webhook to merge request, and that it ends: real git, queue, HTTP, and Tandem as a process.
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, afterEach, beforeAll, describe, expect, it } from "@jest/globals";
import type { MergeRequest } from "../gitlab-double/state/types.ts";
import { eventually } from "../support/eventually.ts";
import { type Account, contribute, type Package, specFile } from "../support/package.ts";
import { type Stage, setStage } from "../support/stage.ts";
import { type Story, storyOn } from "../support/story.ts";

const BRANCH = "sync-from-dist-git/c9s";
/** For stories that wait for rest several times, in milliseconds. */
const SLOW = 180_000;

describe("the way back", () => {
  const home = mkdtempSync(join(tmpdir(), "tandem-backsync-"));
  let stage: Stage;
  let story: Story;
  let mia: Account;
  let packages = 0;

  beforeAll(async () => {
    stage = await setStage({ home, config: { limits: { lockSeconds: 1 } } });
    story = storyOn(stage);
  });
  afterEach(() => {
    expect(stage.double.logs.unknownRequests).toEqual([]);
    expect(stage.service.log.filter(({ level }) => level === "error")).toEqual([]);
  });
  afterAll(async () => {
    await stage.close();
    rmSync(home, { recursive: true, force: true });
  });

  const newPackage = async () => {
    const pkg = await stage.package(`returned-${++packages}`);
    const { admin } = stage.double;
    mia ??= { user: pkg.maintainer, token: admin.createToken(pkg.maintainer, { value: "glpat-mia" }).value };
    return pkg;
  };
  const commitToDist = (pkg: Package, files: Record<string, string>, message = "Gate it\n") =>
    stage.double.admin.commit(pkg.dist, { user: pkg.maintainer, branch: pkg.branch, message, files });
  const requests = (pkg: Package) =>
    stage.double.view.mergeRequests(pkg.source).filter((each) => each.sourceBranch === BRANCH);
  /** The bot's merge request from dist-git, as soon as there is one that is open. */
  const request = (pkg: Package) =>
    eventually(() => requests(pkg).find(({ state }) => state === "opened"), { what: "a merge request from dist-git" });
  const merge = async ({ projectId, iid }: MergeRequest) => {
    const path = `/projects/${projectId}/merge_requests/${iid}/merge`;
    const answer = await stage.double.request("PUT", path, { token: mia.token });
    expect(answer.status).toBe(200);
  };
  const jobs = (queue: string) => stage.service.log.filter((line) => line.queue === queue && line.state !== undefined);
  /** Calls of the API that may change something; git's own reads are POST, too. */
  const writes = () =>
    stage.double.logs.requests.filter(({ method, path }) => method !== "GET" && path.startsWith("/api/")).length;

  /** Resolves when nothing was asked, delivered or done for a while; fails when that never comes. */
  const rest = async () => {
    let last = "";
    let calm = 0;
    await eventually(
      async () => {
        await stage.double.idle();
        const { requests: asked, deliveries } = stage.double.logs;
        const now = [asked.length, deliveries.length, stage.service.log.length].join();
        calm = now === last ? calm + 1 : 0;
        last = now;
        return calm > 200;
      },
      { what: "rest", withinMs: 100_000 },
    );
  };

  it(
    "R15: a person's commit becomes one merge request; merged, it leaves nothing to do",
    async () => {
      const pkg = await newPackage();
      await rest();
      const before = jobs("backsync").length;
      const inDist = await commitToDist(pkg, { "gating.yaml": "x\n" }, "Gate it\n\n/close\n");
      const made = await request(pkg);
      await rest();
      expect(requests(pkg)).toHaveLength(1);
      expect(made).toMatchObject({ title: "Sync from dist-git", targetBranch: "c9s", authorId: stage.bot.user.id });
      const fork = stage.double.view.project(made.sourceProjectId ?? 0);
      expect(fork?.forkedFromId).toBe(pkg.source.id);
      const head = await stage.double.view.commit(pkg.source, made.sha);
      expect(head?.message).toBe(`Gate it\n\n/close\n\nFrom-dist-git-commit: ${inDist}\n`);
      expect(head?.committer.name).toBe("Tandem");
      expect(head?.author.name).toBe("Mia Maintainer");
      // The bot's own merge request is not mirrored back.
      expect(stage.double.view.mergeRequests(pkg.dist)).toEqual([]);
      expect(stage.comments(made)).toEqual([]);
      expect(jobs("backsync").length - before).toBe(1);

      await merge(made);
      await rest();
      expect(requests(pkg)).toHaveLength(1);
      expect(stage.double.view.mergeRequests(pkg.dist)).toEqual([]);
      expect(await stage.double.view.file(pkg.source, "c9s", ".distro/gating.yaml")).toBe("x\n");
      expect(jobs("backsync").length - before).toBeLessThanOrEqual(2);
      expect(jobs("backsync").at(-1)?.state).toBe("noop");
    },
    SLOW,
  );

  it(
    "R15: the merge of the bot's own dist-git merge request makes none, before and after source-git's",
    async () => {
      const pkg = await newPackage();
      const contribution = await contribute(stage.double, pkg, stage.alice);
      const { pair } = await story.settled(pkg, contribution);
      await rest();
      const before = jobs("backsync").length;
      await merge(pair);
      await eventually(() => jobs("backsync").length > before, { what: "the push to be looked at" });
      await rest();
      await merge(contribution.mergeRequest);
      await rest();
      expect(requests(pkg)).toEqual([]);
      expect(stage.double.view.forks(pkg.source).filter(({ creatorId }) => creatorId === stage.bot.user.id)).toEqual(
        [],
      );
      expect(
        jobs("backsync")
          .slice(before)
          .map(({ state }) => state),
      ).toEqual(expect.not.arrayContaining(["done"]));
    },
    SLOW,
  );

  it(
    "D22: a waiting merge request is told, the circle rests, and it goes on when the commits have arrived",
    async () => {
      const pkg = await newPackage();
      const contribution = await contribute(stage.double, pkg, stage.alice);
      await story.settled(pkg, contribution);
      await commitToDist(pkg, { "gating.yaml": "x\n" });
      const made = await request(pkg);
      await story.push(contribution, "Good evening");
      const comment = await story.told(contribution, /has commits that source-git lacks/);
      await story.told(contribution, new RegExp(`!${made.iid}\\b`));
      await rest();
      const calm = writes();
      await rest();
      expect(writes()).toBe(calm);
      expect(comment).toContain("c9s");
      // The name of the fork was taken by the fork of dist-git.
      const forks = stage.double.view.projects().filter(({ creatorId }) => creatorId === stage.bot.user.id);
      expect(forks.map(({ forkedFromId }) => forkedFromId)).toEqual(
        expect.arrayContaining([pkg.source.id, pkg.dist.id]),
      );

      await merge(made);
      const { pair } = await story.settled(pkg, contribution, /is in step with/);
      await rest();
      expect(stage.double.view.mergeRequests(pkg.dist)).toEqual([pair]);
      expect(requests(pkg)).toHaveLength(1);
      // Its branch was not rebased; still it takes nothing back.
      await merge(pair);
      await rest();
      expect(await stage.double.view.file(pkg.dist, "c9s", "gating.yaml")).toBe("x\n");
      expect(await stage.double.view.file(pkg.dist, "c9s", `${pkg.name}.spec`)).toContain("Patch0001:");
      expect(requests(pkg)).toHaveLength(1);
    },
    SLOW,
  );

  it("what cannot be brought is told on the waiting merge request, once", async () => {
    const pkg = await newPackage();
    const contribution = await contribute(stage.double, pkg, stage.alice);
    await story.settled(pkg, contribution);
    const files = { sources: "SHA512 (x.tar.gz) = 2\n", [`${pkg.name}.spec`]: specFile(pkg.name, "2.0") };
    await commitToDist(pkg, files, "New release\n");
    await story.told(contribution, /has commits that source-git lacks/);
    await rest();
    expect(requests(pkg)).toEqual([]);
    expect(stage.comments(contribution.mergeRequest)).toHaveLength(1);
    expect(jobs("backsync").at(-1)).toMatchObject({ state: "refused" });
  });

  it("a branch that is made at a known commit, or deleted, is no reason for anything", async () => {
    const pkg = await newPackage();
    await rest();
    const { double } = stage;
    const before = writes();
    const path = `/projects/${pkg.dist.id}/repository/branches`;
    const made = await double.request("POST", `${path}?branch=c10s&ref=c9s`, { token: mia.token });
    expect(made.status).toBe(201);
    const gone = await double.request("DELETE", `${path}/c10s`, { token: mia.token });
    expect(gone.status).toBe(204);
    await rest();
    expect(requests(pkg)).toEqual([]);
    expect(writes() - before).toBe(2);
  });

  it("R2: a worker killed between push and merge request leaves exactly one behind", async () => {
    const pkg = await newPackage();
    const killed = new Promise<void>((resolve) => {
      stage.double.faults.onRequest({ method: "POST", path: /\/merge_requests$/, times: 1 }, "before", async () => {
        await stage.service.kill();
        resolve();
      });
    });
    stage.double.faults.reset({ method: "POST", path: /\/merge_requests$/ });
    await commitToDist(pkg, { "gating.yaml": "x\n" });
    await killed;
    expect(requests(pkg)).toEqual([]);
    await stage.restart();
    await request(pkg);
    await rest();
    expect(requests(pkg)).toHaveLength(1);
  });
});

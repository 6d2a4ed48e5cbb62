// The main job from webhook to result: real git over HTTP, a real queue, real HTTP to the GitLab double, Tandem as a process.
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, afterEach, beforeAll, describe, expect, it } from "@jest/globals";
import type { MergeRequest } from "../gitlab-double/state/types.ts";
import { eventually } from "../support/eventually.ts";
import { CI_FILE, type Contribution, contribute, forkSource, helloSource, type Package } from "../support/package.ts";
import { hasRedis, type RedisServer, startRedis } from "../support/redis-server.ts";
import { BOT_TOKEN, type Stage, setStage } from "../support/stage.ts";

const backends = hasRedis ? ["embedded", "redis"] : ["embedded"];
const QUICKER = backends.at(-1);

describe.each(backends)("end to end on %s", (backend) => {
  const home = mkdtempSync(join(tmpdir(), "tandem-e2e-"));
  let redis: RedisServer | undefined;
  let stage: Stage;
  let packages = 0;

  beforeAll(async () => {
    if (backend === "redis") redis = await startRedis();
    stage = await setStage({
      home,
      config: { limits: LIMITS },
      queue: redis?.url ?? "embedded",
    });
  });
  afterEach(() => {
    // Whatever a story is about: the double was asked nothing that it does not know, and Tandem met no fault of its own.
    expect(stage.double.logs.unknownRequests).toEqual([]);
    expect(stage.service.log.filter(({ level }) => level === "error")).toEqual([]);
    expect(JSON.stringify(stage.service.log)).not.toContain(BOT_TOKEN);
  });
  afterAll(async () => {
    await stage.close();
    await redis?.stop();
    rmSync(home, { recursive: true, force: true });
  });

  const newPackage = () => stage.package(`package-${++packages}`);
  /** The dist-git merge request, as soon as the comment on the source one tells of this state and everything rests. */
  const settled = (pkg: Package, { mergeRequest }: Contribution, tells = /is in step with/) =>
    eventually(
      async () => {
        const [comment] = stage.comments(mergeRequest);
        const pair = stage.distMergeRequest(pkg, mergeRequest.iid);
        return comment && tells.test(comment) && pair ? { pair, comment } : undefined;
      },
      { what: `a comment that tells ${tells}` },
    );
  const edit = async (mergeRequest: MergeRequest, body: object) => {
    const path = `/projects/${mergeRequest.projectId}/merge_requests/${mergeRequest.iid}`;
    const answer = await stage.double.request("PUT", path, { token: stage.alice.token, body });
    expect(answer.status).toBe(200);
  };
  const headOf = async (pair: MergeRequest) => {
    const fork = stage.double.view.project(pair.sourceProjectId);
    return fork && (await stage.double.view.commit(fork, pair.sourceBranch));
  };
  const testedCommit = async (pair: MergeRequest) =>
    /^From-source-git-commit: (\w+)$/m.exec((await headOf(pair))?.message ?? "")?.[1];
  const fileOf = (pair: MergeRequest, path: string) => {
    const fork = stage.double.view.project(pair.sourceProjectId);
    return fork && stage.double.view.file(fork, pair.sourceBranch, path);
  };

  it("open: a source-git merge request becomes a dist-git merge request", async () => {
    const pkg = await newPackage();
    const contribution = await contribute(stage.double, pkg, stage.alice);
    const { pair, comment } = await settled(pkg, contribution);
    const { mergeRequest } = contribution;

    expect(pair).toMatchObject({
      state: "opened",
      title: "Greet politely",
      targetBranch: "c9s",
      authorId: stage.bot.user.id,
    });
    const fork = stage.double.view.project(pair.sourceProjectId);
    expect(fork?.forkedFromId).toBe(pkg.dist.id);
    expect(pair.description).toContain("The old greeting was short.");
    expect(pair.description).toContain(`/-/merge_requests/${mergeRequest.iid}`);
    expect(comment).toContain(`/-/merge_requests/${pair.iid}`);

    expect((await fileOf(pair, `${pkg.name}.spec`))?.split("\n")).toEqual(
      expect.arrayContaining(["# Greet politely", "Patch0001:      0001-Greet-politely.patch"]),
    );
    const patch = await fileOf(pair, "0001-Greet-politely.patch");
    expect(patch).toContain("Subject: [PATCH] Greet politely");
    expect(patch).toContain('+\tputs("Good morning");');
    const head = await headOf(pair);
    expect(head?.message).toBe(
      `Greet politely\n\nThe old greeting was short.\n\nFrom-source-git-commit: ${mergeRequest.sha}\n`,
    );
    expect(head?.author.name).toBe("Alice Contributor");
    expect(head?.committer.name).toBe("Tandem");
  });

  it("R1: the same delivery five times makes one merge request and one comment", async () => {
    const pkg = await newPackage();
    stage.double.faults.deliveries("hold", { event: "merge_requests" });
    const contribution = await contribute(stage.double, pkg, stage.alice);
    stage.double.releaseDeliveries();
    const delivery = await eventually(() =>
      stage.double.logs.deliveries.findLast(({ event }) => event === "merge_requests"),
    );
    for (let time = 0; time < 4; time++) {
      const again = await stage.double.redeliver(delivery.id);
      expect(again.responseStatus).toBe(202);
    }
    const { pair } = await settled(pkg, contribution);
    await stage.double.idle();
    expect(stage.double.view.mergeRequests(pkg.dist)).toEqual([pair]);
    expect(stage.comments(contribution.mergeRequest)).toHaveLength(1);
  });

  it("R2: a worker killed between push and merge request leaves exactly one merge request behind", async () => {
    const pkg = await newPackage();
    const killed = new Promise<void>((resolve) => {
      stage.double.faults.onRequest(
        { method: "POST", path: /\/merge_requests$/, times: 1, skip: 1 },
        "before",
        async () => {
          await stage.service.kill();
          resolve();
        },
      );
    });
    stage.double.faults.reset({ method: "POST", path: /\/merge_requests$/, skip: 1 });
    const contribution = await contribute(stage.double, pkg, stage.alice);
    await killed;
    expect(stage.double.view.mergeRequests(pkg.dist)).toEqual([]);
    const fork = stage.double.view.forks(pkg.dist)[0];
    expect(fork && Object.keys(stage.double.view.branches(fork))).toContain(`src-${contribution.mergeRequest.iid}-c9s`);
    await stage.restart();
    const { pair } = await settled(pkg, contribution);
    await stage.double.idle();
    expect(stage.double.view.mergeRequests(pkg.dist)).toEqual([pair]);
    expect(stage.comments(contribution.mergeRequest)).toHaveLength(1);
  });

  // The queue has no part in the rest. What it does on the embedded one, test/e2e/tour.test.ts tells.
  if (backend !== QUICKER) return;

  it("push and force-push: the same merge request follows", async () => {
    const pkg = await newPackage();
    const contribution = await contribute(stage.double, pkg, stage.alice);
    const { pair } = await settled(pkg, contribution);
    const commit = { user: stage.alice.user, branch: contribution.branch };

    const second = await stage.double.admin.commit(contribution.fork, {
      ...commit,
      message: "Greet again\n",
      files: { "hello.c": helloSource("Good evening") },
    });
    await eventually(async () => (await testedCommit(pair)) === second, { what: "the pushed commit in dist-git" });
    expect(await fileOf(pair, "0002-Greet-again.patch")).toContain("Good evening");

    const base = stage.double.view.branches(pkg.source)[pkg.branch];
    await stage.double.admin.commit(contribution.fork, {
      ...commit,
      message: "Be quiet\n",
      files: { "hello.c": helloSource("") },
      ...(base ? { parent: base } : {}),
    });
    await eventually(async () => (await fileOf(pair, "0001-Be-quiet.patch")) !== undefined, {
      what: "the forced push",
    });
    expect(await fileOf(pair, "0002-Greet-again.patch")).toBeUndefined();
    expect(await fileOf(pair, "0001-Greet-politely.patch")).toBeUndefined();
    expect(stage.double.view.mergeRequests(pkg.dist)).toHaveLength(1);
    expect(stage.comments(contribution.mergeRequest)).toHaveLength(1);
  });

  it("R7: a new title, description and draft state follow", async () => {
    const pkg = await newPackage();
    const contribution = await contribute(stage.double, pkg, stage.alice);
    const { pair } = await settled(pkg, contribution);
    await edit(contribution.mergeRequest, {
      title: "Draft: Greet warmly",
      description: "Please.\n```\n/close\n```\nthanks @alice",
    });
    await eventually(() => pair.title === "Draft: Greet warmly", { what: "the title" });
    await eventually(async () => (await headOf(pair))?.message.startsWith("Greet warmly\n\nPlease.\n```\n/close\n"));
    expect(pair.state).toBe("opened");
    expect(pair.description).toContain("Please.\n```\n\\/close\n```\nthanks @\u200balice");
    expect(stage.double.view.mergeRequests(pkg.dist)).toHaveLength(1);
  });

  it("R5: close and reopen: the dist-git merge request is closed and really reopened", async () => {
    const pkg = await newPackage();
    const contribution = await contribute(stage.double, pkg, stage.alice);
    const { pair } = await settled(pkg, contribution);
    await edit(contribution.mergeRequest, { state_event: "close" });
    await settled(pkg, contribution, /closed together with/);
    expect(pair.state).toBe("closed");
    const pushed = await stage.double.admin.commit(contribution.fork, {
      user: stage.alice.user,
      branch: contribution.branch,
      message: "More\n",
      files: { "hello.c": helloSource("More") },
    });
    await edit(contribution.mergeRequest, { state_event: "reopen" });
    await settled(pkg, contribution);
    expect(pair.state).toBe("opened");
    await eventually(async () => (await testedCommit(pair)) === pushed, {
      what: "the commit pushed while closed",
    });
    expect(stage.double.view.mergeRequests(pkg.dist)).toEqual([pair]);
  });

  it("closed by hand: the dist-git merge request stays closed, and the comment says so", async () => {
    const pkg = await newPackage();
    const contribution = await contribute(stage.double, pkg, stage.alice);
    const { pair } = await settled(pkg, contribution);
    stage.double.admin.addMember(pkg.dist, stage.alice.user, 40);
    await edit(pair, { state_event: "close" });
    await edit(contribution.mergeRequest, { title: "Another title" });
    await settled(pkg, contribution, /Somebody closed/);
    expect(pair.state).toBe("closed");
  });

  it("R4: the close of a merge request without a pair makes nothing", async () => {
    const pkg = await newPackage();
    stage.double.faults.deliveries("drop", { event: "merge_requests" });
    const { mergeRequest } = await contribute(stage.double, pkg, stage.alice);
    await edit(mergeRequest, { state_event: "close" });
    const done = await eventually(() =>
      stage.service.log.find(({ msg }) => /is closed and has no open pair/.test(msg)),
    );
    expect(done.state).toBe("noop");
    expect(stage.double.view.mergeRequests(pkg.dist)).toEqual([]);
    expect(stage.comments(mergeRequest)).toEqual([]);
  });

  it("R9: a pipeline's states reach the commit that was tested, and no newer one", async () => {
    const pkg = await newPackage();
    stage.double.settings.pipelineMode = "manual";
    try {
      const fork = await forkSource(stage.double, pkg, stage.alice);
      stage.double.admin.addMember(fork, stage.bot.user, 30);
      const contribution = await contribute(stage.double, pkg, stage.alice);
      const { pair } = await settled(pkg, contribution);
      const { mergeRequest } = contribution;
      const first = mergeRequest.sha;
      const pipeline = await eventually(() => stage.double.view.mergeRequestPipelines(pair)[0], { what: "a pipeline" });
      const status = (sha: string) =>
        stage.double.view.statuses(fork, sha).find(({ name }) => name === "Dist-git MR CI Pipeline");

      await stage.double.admin.advancePipeline(pipeline.id, "running");
      await eventually(() => status(first)?.status === "running", { what: "running on the first commit" });
      const second = await stage.double.admin.commit(fork, {
        user: stage.alice.user,
        branch: contribution.branch,
        message: "More\n",
        files: { "hello.c": helloSource("More") },
      });
      await eventually(async () => (await testedCommit(pair)) === second, {
        what: "the second commit in dist-git",
      });
      await stage.double.admin.advancePipeline(pipeline.id, "success");
      await eventually(() => status(first)?.status === "success", { what: "success on the first commit" });
      expect(status(first)?.targetUrl).toContain(`/-/merge_requests/${pair.iid}/pipelines`);
      expect(status(second)?.status).not.toBe("success");

      const newer = await eventually(
        () => stage.double.view.mergeRequestPipelines(pair).find(({ id }) => id !== pipeline.id),
        { what: "the second commit's pipeline" },
      );
      await stage.double.admin.advancePipeline(newer.id, "failed");
      await eventually(() => status(second)?.status === "failed", { what: "failure on the second commit" });
      expect(status(first)?.status).toBe("success");
      await settled(pkg, contribution, new RegExp(`pipeline ${newer.id}\\*\\*.*\\| ✗ failed \\|`));
    } finally {
      stage.double.settings.pipelineMode = "auto";
    }
  });

  it("R10: where no status may be set, the comment carries the result", async () => {
    const pkg = await newPackage();
    const contribution = await contribute(stage.double, pkg, stage.alice);
    await settled(pkg, contribution, /\| ✓ success \|/);
    expect(stage.comments(contribution.mergeRequest)).toHaveLength(1);
  });

  it("staging copies the CI file, which is no part of the diff when dist-git has it", async () => {
    const pkg = await newPackage();
    const changed = CI_FILE.replace("rpmlint", "lint");
    const contribution = await contribute(stage.double, pkg, stage.alice, {
      commits: [{ message: "New CI\n", files: { ".distro/.gitlab-ci.yml": changed } }],
    });
    const { pair } = await settled(pkg, contribution);
    expect(await fileOf(pair, ".gitlab-ci.yml")).toBe(changed);
    const other = await newPackage();
    const { pair: plain } = await settled(other, await contribute(stage.double, other, stage.alice));
    expect(await fileOf(plain, ".gitlab-ci.yml")).toBe(
      await stage.double.view.file(other.dist, "c9s", ".gitlab-ci.yml"),
    );
  });

  it("R23: a mistake is told with its place and remedy, and mending it heals", async () => {
    const pkg = await newPackage();
    const contribution = await contribute(stage.double, pkg, stage.alice, {
      commits: [{ message: "Fix foo\n\nPatch-id: abc\n", files: { "hello.c": helloSource("x") } }],
    });
    const comment = await eventually(() => stage.comments(contribution.mergeRequest)[0], { what: "a comment" });
    expect(comment).toMatch(/could not be brought in step/);
    expect(comment).toContain(contribution.mergeRequest.sha.slice(0, 7));
    expect(comment).toContain("the value 'abc' of Patch-id");
    expect(stage.double.view.mergeRequests(pkg.dist)).toEqual([]);
    const base = stage.double.view.branches(pkg.source)[pkg.branch];
    await stage.double.admin.commit(contribution.fork, {
      user: stage.alice.user,
      branch: contribution.branch,
      message: "Fix foo\n\nPatch-id: 7\n",
      files: { "hello.c": helloSource("x") },
      ...(base ? { parent: base } : {}),
    });
    const { pair } = await settled(pkg, contribution);
    expect(await fileOf(pair, `${pkg.name}.spec`)).toContain("Patch0007:");
    expect(stage.comments(contribution.mergeRequest)).toHaveLength(1);
  });

  it("R12: a change without effect on dist-git is told, and makes no merge request", async () => {
    const pkg = await newPackage();
    const contribution = await contribute(stage.double, pkg, stage.alice, {
      commits: [{ message: "Note\n", files: { ".distro/.gitignore": "!*\n" } }],
    });
    const comment = await eventually(() => stage.comments(contribution.mergeRequest)[0], { what: "a comment" });
    expect(comment).toMatch(/changes nothing in dist-git/);
    expect(stage.double.view.mergeRequests(pkg.dist)).toEqual([]);
  });

  it("a merge request without source-git.yaml is left alone", async () => {
    const plain = await stage.double.admin.createProject(`packit-service/src/plain-${backend}`, {
      defaultBranch: "c9s",
      files: { "hello.c": helloSource("Hi") },
    });
    const dist = await stage.double.admin.createProject(`packit-service/rpms/plain-${backend}`, {
      defaultBranch: "c9s",
      files: { a: "a" },
    });
    const pkg: Package = { name: "plain", branch: "c9s", source: plain, dist, maintainer: stage.bot.user };
    const { mergeRequest } = await contribute(stage.double, pkg, stage.alice);
    await eventually(() => stage.service.log.find(({ msg }) => /no .distro\/source-git.yaml/.test(msg)));
    expect(stage.comments(mergeRequest)).toEqual([]);
    expect(stage.double.view.forks(dist)).toEqual([]);
  });
});

/** A killed worker's jobs are given back after a second. */
const LIMITS = { lockSeconds: 1 };

// Checks come back: whatever kind of pipeline runs, wherever it runs, its result reaches the commit that was tested.
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, afterEach, beforeAll, describe, expect, it } from "@jest/globals";
import type { Pipeline } from "../gitlab-double/state/ci-types.ts";
import type { MergeRequest, Project } from "../gitlab-double/state/types.ts";
import { eventually } from "../support/eventually.ts";
import { type Account, type Contribution, contribute, helloSource, type Package } from "../support/package.ts";
import { type Stage, setStage } from "../support/stage.ts";

const CONTEXT = "Dist-git MR CI Pipeline";
const DEVELOPER = 30;
/** A CI file whose job runs for merge requests only. */
const FOR_MERGE_REQUESTS = `lint:
  rules:
    - if: $CI_PIPELINE_SOURCE == "merge_request_event"
  script:
    - "true"
`;
const CHILD = `child-build:
  script:
    - "true"
`;

describe("checks of the dist-git merge request", () => {
  const home = mkdtempSync(join(tmpdir(), "tandem-checks-"));
  let stage: Stage;
  let zuul: Account;
  let packages = 0;

  beforeAll(async () => {
    stage = await setStage({ home });
    stage.double.settings.pipelineMode = "manual";
    zuul = stage.double.admin.createUser("zuul", { name: "Zuul" });
  });
  afterEach(() => {
    stage.double.settings.pipelineEventsWithoutMergeRequest = false;
    expect(stage.double.logs.unknownRequests).toEqual([]);
    expect(stage.service.log.filter(({ level }) => level === "error")).toEqual([]);
  });
  afterAll(async () => {
    await stage.close();
    rmSync(home, { recursive: true, force: true });
  });

  interface Ride {
    readonly pkg: Package;
    readonly contribution: Contribution;
    readonly source: MergeRequest;
    readonly pair: MergeRequest;
    readonly botFork: Project;
  }
  /** A pair; the bot is Developer in these projects. */
  async function ride(
    options: { readonly forMergeRequests?: boolean; readonly botIn?: readonly ("source" | "dist" | "fork")[] } = {},
  ): Promise<Ride> {
    const pkg = await stage.package(`checked-${++packages}`);
    const { admin, view } = stage.double;
    const { botIn = ["fork"] } = options;
    for (const side of ["source", "dist"] as const)
      if (botIn.includes(side)) admin.addMember(pkg[side], stage.bot.user, DEVELOPER);
    const files = { "hello.c": helloSource("Good morning") };
    const contribution = await contribute(stage.double, pkg, stage.alice, {
      commits: [
        {
          message: "Greet politely\n",
          files: options.forMergeRequests ? { ...files, ".distro/.gitlab-ci.yml": FOR_MERGE_REQUESTS } : files,
        },
      ],
    });
    if (botIn.includes("fork")) admin.addMember(contribution.fork, stage.bot.user, DEVELOPER);
    const { mergeRequest } = contribution;
    await told(mergeRequest, /is in step with/);
    const pair = stage.distMergeRequest(pkg, mergeRequest.iid);
    const botFork = pair && view.project(pair.sourceProjectId);
    if (!pair || !botFork) throw new Error("there is no pair");
    return { pkg, contribution, source: mergeRequest, pair, botFork };
  }

  const told = (mergeRequest: MergeRequest, tells: RegExp) =>
    eventually(() => stage.comments(mergeRequest).find((comment) => tells.test(comment)), {
      what: `a comment that tells ${tells}`,
    });
  const pipelineOf = (pair: MergeRequest, sha = pair.sha) =>
    eventually(() => stage.double.view.mergeRequestPipelines(pair).find((each) => each.sha === sha), {
      what: "a pipeline of the merge request",
    });
  const advance = ({ id }: Pipeline, status: Pipeline["status"]) => stage.double.admin.advancePipeline(id, status);
  const rowOn = (project: Project, sha: string) =>
    stage.double.view.statuses(project, sha).find(({ name }) => name === CONTEXT);
  const coloured = (project: Project, sha: string, status: Pipeline["status"]) =>
    eventually(() => rowOn(project, sha)?.status === status, { what: `${status} on ${sha}` });
  const push = ({ contribution: { fork, branch } }: Ride, greeting: string) =>
    stage.double.admin.commit(fork, {
      user: stage.alice.user,
      branch,
      message: `${greeting}\n`,
      files: { "hello.c": helloSource(greeting) },
    });
  /** The dist-git head, as soon as it was made from this source commit. */
  const madeFrom = ({ botFork, pair }: Ride, sha: string) =>
    eventually(
      async () => {
        const head = await stage.double.view.commit(botFork, pair.sourceBranch);
        return head?.message.includes(`From-source-git-commit: ${sha}`) && pair.sha === head.sha ? head.sha : undefined;
      },
      { what: `the dist-git commit of ${sha}` },
    );
  const report = (project: Project, sha: string, state: "pending" | "success" | "failed", ref: string) =>
    stage.double.admin.reportStatus(project, {
      ...{ user: zuul.user, sha, state, ref, name: "rpm-build", targetUrl: "https://zuul.test/build/1" },
    });
  /** Resolves when a ci job that began with this has found this pipeline to be the one that counts, and green. */
  const staysGreen = async ({ id }: Pipeline, begin: () => Promise<void>) => {
    const lines = (result: string) =>
      stage.service.log.filter(({ msg }) => msg.startsWith(`pipeline ${id} is success; status success ${result}`))
        .length;
    await eventually(() => lines("set") > 0, { what: `the job of pipeline ${id}` });
    const before = lines("unchanged");
    await begin();
    await eventually(() => lines("unchanged") > before, { what: "the job of the older pipeline" });
  };

  it("a pipeline in the bot's fork: each state on the source commit, each job in the table, one edit per change", async () => {
    const edits: string[] = [];
    const { source, pair, botFork, contribution } = await ride();
    const note = stage.double.view.notes(source).find(({ authorId }) => authorId === stage.bot.user.id);
    stage.double.faults.onRequest({ method: "PUT", path: /\/notes\/\d+$/ }, "after", () => {
      edits.push(note?.body ?? "");
    });
    const pipeline = await pipelineOf(pair);
    expect(pipeline).toMatchObject({ projectId: botFork.id, source: "push" });
    for (const state of ["running", "success"] as const) {
      await advance(pipeline, state);
      await coloured(contribution.fork, source.sha, state);
    }
    const comment = await told(source, /scratch-build \| ✓ success/);
    expect(comment).toMatch(/rpmlint \| ✓ success/);
    expect(comment).toContain(`/-/pipelines/${pipeline.id}`);
    expect(edits).toEqual([...new Set(edits)]);
    expect(stage.comments(source)).toHaveLength(1);
    const { targetUrl } = rowOn(contribution.fork, source.sha) ?? {};
    expect(targetUrl).toMatch(new RegExp(`/-/merge_requests/${pair.iid}/pipelines$`));
    expect((await fetch(targetUrl ?? "")).status).toBe(200);
  });

  it("a pipeline in the target project, in events without a merge request", async () => {
    stage.double.settings.pipelineEventsWithoutMergeRequest = true;
    const { source, pair, pkg, contribution } = await ride({ forMergeRequests: true, botIn: ["fork", "dist"] });
    const pipeline = await pipelineOf(pair);
    expect(pipeline).toMatchObject({ projectId: pkg.dist.id, source: "merge_request_event" });
    await advance(pipeline, "failed");
    await coloured(contribution.fork, source.sha, "failed");
    await told(source, /lint \| ✗ failed/);
  });

  it.each(["main", "refs/merge-requests/*/head"])(
    "another system reports for %s: shown, and it colours",
    async (name) => {
      const { source, pair, pkg, contribution } = await ride();
      const ref = name.replace("*", String(pair.iid));
      await advance(await pipelineOf(pair), "success");
      await coloured(contribution.fork, source.sha, "success");
      await report(pkg.dist, pair.sha, "pending", ref);
      await told(source, /rpm-build \| · pending/);
      await report(pkg.dist, pair.sha, "failed", ref);
      await coloured(contribution.fork, source.sha, "failed");
      const comment = await told(source, /rpm-build \| ✗ failed/);
      expect(comment).toMatch(/external pipeline \d+/);
      expect(comment).toContain("https://zuul.test/build/1");
      expect(comment).toMatch(/scratch-build \| ✓ success/);
    },
  );

  it("a child pipeline's jobs are shown, and its parent's state counts", async () => {
    const { source, pair, contribution } = await ride();
    const parent = await pipelineOf(pair);
    const child = await stage.double.admin.startChildPipeline(parent.id, {
      ...{ bridge: "more", file: CHILD, depend: true },
    });
    await advance(parent, "running");
    await advance(child, "running");
    await told(source, /child-build \| ▸ running/);
    await advance(child, "failed");
    await told(source, /child-build \| ✗ failed/);
    await advance(parent, "failed");
    await coloured(contribution.fork, source.sha, "failed");
  });

  it("R9: a push between start and end: the older commit gets its result, the newer one does not", async () => {
    const it = await ride({ forMergeRequests: true, botIn: ["fork", "dist"] });
    const { source, pair, contribution, pkg } = it;
    const first = source.sha;
    const tested = pair.sha;
    const pipeline = await pipelineOf(pair);
    await advance(pipeline, "running");
    await coloured(contribution.fork, first, "running");
    const second = await push(it, "Good evening");
    const newer = await pipelineOf(pair, await madeFrom(it, second));
    await advance(pipeline, "success");
    await coloured(contribution.fork, first, "success");
    await report(pkg.dist, tested, "failed", `refs/merge-requests/${pair.iid}/head`);
    await coloured(contribution.fork, first, "failed");
    expect(rowOn(contribution.fork, second)?.status).not.toBe("failed");
    await advance(newer, "success");
    await coloured(contribution.fork, second, "success");
    expect(rowOn(contribution.fork, first)?.status).toBe("failed");
    expect(await told(source, /lint \| ✓ success/)).not.toContain("rpm-build");
  });

  it("a newer dist-git commit of the same source commit takes over", async () => {
    const it = await ride();
    const { source, pair, contribution } = it;
    const older = await pipelineOf(pair);
    const before = pair.sha;
    await stage.double.request("PUT", `/projects/${source.projectId}/merge_requests/${source.iid}`, {
      ...{ token: stage.alice.token, body: { title: "Greet warmly" } },
    });
    const head = await eventually(() => (pair.sha === before ? undefined : pair.sha), { what: "the new commit" });
    const newer = await pipelineOf(pair, head);
    await advance(newer, "success");
    await coloured(contribution.fork, source.sha, "success");
    await staysGreen(newer, () => advance(older, "failed"));
    expect(rowOn(contribution.fork, source.sha)?.status).toBe("success");
  });

  it("a re-run takes the place of what failed, and the older one's end changes nothing", async () => {
    const { source, pair, botFork, contribution } = await ride();
    const first = await pipelineOf(pair);
    await advance(first, "failed");
    await coloured(contribution.fork, source.sha, "failed");
    const path = `/projects/${botFork.id}/pipeline?ref=${pair.sourceBranch}`;
    expect((await stage.double.request("POST", path, { token: stage.bot.token })).status).toBe(201);
    const second = await eventually(() =>
      stage.double.view.mergeRequestPipelines(pair).find(({ id }) => id > first.id),
    );
    await advance(second, "success");
    await coloured(contribution.fork, source.sha, "success");
    await staysGreen(second, () => advance(first, "canceled"));
    await told(source, new RegExp(`pipeline ${second.id}\\*\\*.*success`));
    expect(rowOn(contribution.fork, source.sha)?.status).toBe("success");
  });

  it("R11: a state that Tandem does not know is pending, and is shown by its name", async () => {
    const { source, pair, contribution } = await ride();
    await advance(await pipelineOf(pair), "waiting_for_callback");
    await told(source, /waiting for callback/);
    await coloured(contribution.fork, source.sha, "pending");
  });

  describe("R10: where the status goes", () => {
    it.each([403, 404])("R10: %i in the fork: the target project, under the merge request's ref", async (status) => {
      const { source, pair, pkg, contribution } = await ride({ botIn: ["source", "fork"] });
      const path = new RegExp(`/projects/${contribution.fork.id}/statuses/`);
      const answer = { status, body: { message: `${status}` } };
      stage.double.faults.answer({ method: "POST", path, times: Number.POSITIVE_INFINITY }, answer);
      await advance(await pipelineOf(pair), "success");
      await coloured(pkg.source, source.sha, "success");
      const refs = stage.double.view.pipelines(pkg.source).map(({ ref }) => ref);
      expect(new Set(refs)).toEqual(new Set([`refs/merge-requests/${source.iid}/head`]));
      await told(source, /scratch-build \| ✓ success/);
      expect(stage.comments(source)).toHaveLength(1);
    });

    it("R10: refused in both: the comment alone shows the result, once", async () => {
      const { source, pair, pkg, contribution } = await ride({ botIn: [] });
      await advance(await pipelineOf(pair), "failed");
      await told(source, /scratch-build \| ✗ failed/);
      expect(stage.comments(source)).toHaveLength(1);
      for (const project of [pkg.source, contribution.fork]) expect(rowOn(project, source.sha)).toBeUndefined();
    });

    it.each([409, 500, 502])("R10: %i: tried again", async (status) => {
      const { source, pair, contribution } = await ride();
      const path = new RegExp(`/projects/${contribution.fork.id}/statuses/`);
      stage.double.faults.answer({ method: "POST", path }, { status, body: { message: "not now" } });
      await advance(await pipelineOf(pair), "success");
      await coloured(contribution.fork, source.sha, "success");
    });
  });

  it("a pipeline that is none of the bot's business writes nothing", async () => {
    const { source, pkg } = await ride();
    const before = await told(source, /scratch-build/);
    const sha = await stage.double.admin.commit(pkg.dist, {
      ...{ user: pkg.maintainer, branch: "topic", message: "Try\n", files: { note: "x" } },
    });
    const pipeline = await eventually(() => stage.double.view.pipelines(pkg.dist).find((each) => each.sha === sha));
    await advance(pipeline, "failed");
    await eventually(() => stage.service.log.some(({ msg }) => msg.includes(`topic at ${sha}`)), { what: "the job" });
    expect(stage.comments(source)).toEqual([before]);
  });
});

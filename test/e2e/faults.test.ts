// The faults of the service that Tandem succeeds (docs/faults.md), one story or more for each: the life of a pair.
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, afterEach, beforeAll, describe, expect, it } from "@jest/globals";
import type { MergeRequest } from "../gitlab-double/state/types.ts";
import { eventually } from "../support/eventually.ts";
import {
  type Account,
  type Contribution,
  contribute,
  forkSource,
  helloSource,
  type Package,
  specFile,
} from "../support/package.ts";
import { type Payload, type Postman, postmanOn } from "../support/postman.ts";
import { type Stage, setStage } from "../support/stage.ts";
import { type Story, storyOn } from "../support/story.ts";

const DEVELOPER = 30;
const ROUTE = { source: "packit-service/src/{package}", dist: "packit-service/rpms/{package}", branches: ["*"] };
const special = (name: string, options: object) => ({
  ...{ ...ROUTE, name, source: `packit-service/src/${name}`, dist: `packit-service/rpms/${name}` },
  ...options,
});

const home = mkdtempSync(join(tmpdir(), "tandem-faults-"));
let stage: Stage;
let story: Story;
let postman: Postman;
let mia: Account;
let packages = 0;

beforeAll(async () => {
  stage = await setStage({
    home,
    config: {
      // A killed worker's jobs are given back after a second.
      limits: { lockSeconds: 1 },
      routes: [
        special("made-ready", { onSourceMerge: "ready" }),
        special("made-merge", { onSourceMerge: "merge" }),
        { ...ROUTE, name: "rest" },
      ],
    },
  });
  story = storyOn(stage);
  postman = postmanOn(stage);
});
afterEach(() => {
  expect(stage.double.logs.unknownRequests).toEqual([]);
  expect(stage.service.log.filter(({ level }) => level === "error")).toEqual([]);
});
afterAll(async () => {
  await stage.close();
  rmSync(home, { recursive: true, force: true });
});

/** A package, without CI unless a story needs it: what the bot writes then has no other cause than the story. */
async function newPackage({ name = `package-${++packages}`, ci = false } = {}): Promise<Package> {
  const pkg = await stage.package(name, { hasCi: ci });
  mia ??= {
    user: pkg.maintainer,
    token: stage.double.admin.createToken(pkg.maintainer, { value: "glpat-mia" }).value,
  };
  return pkg;
}

interface Ride {
  readonly pkg: Package;
  readonly contribution: Contribution;
  readonly source: MergeRequest;
  readonly pair: MergeRequest;
}

async function ride(
  options: Parameters<typeof contribute>[3] = {},
  packageOptions: Parameters<typeof newPackage>[0] = {},
): Promise<Ride> {
  const pkg = await newPackage(packageOptions);
  stage.double.admin.addMember(await forkSource(stage.double, pkg, stage.alice), stage.bot.user, DEVELOPER);
  const contribution = await contribute(stage.double, pkg, stage.alice, options);
  const { pair } = await story.settled(pkg, contribution);
  return { pkg, contribution, source: contribution.mergeRequest, pair };
}

const requestsOf = ({ dist }: Package) => stage.double.view.mergeRequests(dist);
const deliveryOf = ({ projectId }: MergeRequest) => postman.last("merge_requests", projectId);
const attributes = (payload: Payload) => payload.object_attributes as Payload;
/** The status `tandem` of the contribution's head. */
const statusOf = ({ fork, mergeRequest }: Contribution) =>
  stage.double.view.statuses(fork, mergeRequest.sha).find(({ name }) => name === "tandem")?.status;
const followed = (pair: MergeRequest, sha: string) =>
  eventually(async () => (await story.madeFrom(pair)) === sha, { what: `the dist-git commit of ${sha}` });
const notesWritten = (from: number) => postman.writes(from).filter((write) => /\/notes(\/\d+)?$/.test(write));

describe("deliveries", () => {
  it("R1: an older delivery after a newer one, each again in turn and at once: one merge request, one commit, one comment", async () => {
    const pkg = await newPackage();
    stage.double.faults.deliveries("hold", { event: "merge_requests", times: 2 });
    const contribution = await contribute(stage.double, pkg, stage.alice);
    const newest = await story.push(contribution, "Good evening");
    const [older, newer] = stage.double.logs.deliveries.filter(({ outcome }) => outcome === "held");
    if (!older || !newer) throw new Error("there are no two deliveries");
    expect(attributes(older.payload).last_commit).not.toEqual(attributes(newer.payload).last_commit);
    stage.double.releaseDeliveries("reversed");
    const { pair } = await story.settled(pkg, contribution);
    await followed(pair, newest);
    const from = postman.count();
    for (const delivery of [newer, older, newer]) {
      const key = delivery.headers["Idempotency-Key"] ?? "";
      expect((await stage.double.redeliver(delivery.id)).responseStatus).toBe(202);
      const atOnce = await Promise.all([0, 1, 2].map(() => postman.post(delivery, { key })));
      expect(atOnce.map(({ status }) => status)).toEqual([202, 202, 202]);
    }
    // Only a delivery of its own is worked on; what the others led to has ended when this has.
    expect(await postman.handle(older)).toMatchObject({ state: "noop" });
    expect(postman.writes(from)).toEqual([]);
    const fork = stage.double.view.project(pair.sourceProjectId);
    const head = fork && (await stage.double.view.commit(fork, pair.sourceBranch));
    expect(head?.parents).toEqual([stage.double.view.branches(pkg.dist).c9s]);
    expect(head?.message).toContain(`From-source-git-commit: ${newest}`);
    expect(requestsOf(pkg)).toEqual([pair]);
    expect(stage.comments(contribution.mergeRequest)).toHaveLength(1);
  });

  it("R3: approvals and their withdrawal write nothing, neither to the forge nor to git", async () => {
    const { source } = await ride();
    const from = postman.count();
    const lines = stage.service.log.length;
    for (const action of ["approved", "unapproved", "approval", "unapproval"]) {
      const change = (payload: Payload) => ({
        ...payload,
        object_attributes: { ...attributes(payload), action, oldrev: undefined },
        changes: {},
      });
      expect(await postman.handle(deliveryOf(source), { change })).toMatchObject({
        state: "noop",
        msg: "nothing to do: in-step",
      });
    }
    const path = `/projects/${source.projectId}/merge_requests/${source.iid}/approve`;
    expect((await stage.double.request("POST", path, { token: mia.token })).status).toBe(201);
    expect(attributes(deliveryOf(source).payload).action).toMatch(/^approv/);
    await postman.handle(deliveryOf(source));
    expect(postman.writes(from)).toEqual([]);
    const worse = stage.service.log.slice(lines).filter(({ level }) => level === "warn" || level === "error");
    expect(worse).toEqual([]);
  });

  it("R4: the close of a merge request without a pair makes no branch, no merge request, no comment, no status", async () => {
    const pkg = await newPackage();
    stage.double.admin.addMember(await forkSource(stage.double, pkg, stage.alice), stage.bot.user, DEVELOPER);
    stage.double.faults.deliveries("drop", { event: "merge_requests" });
    const contribution = await contribute(stage.double, pkg, stage.alice);
    const from = postman.count();
    await story.edit(contribution.mergeRequest, { state_event: "close" });
    await stage.double.idle();
    expect(await postman.handle(deliveryOf(contribution.mergeRequest))).toMatchObject({ state: "noop" });
    expect(postman.writes(from)).toEqual([]);
    expect(stage.double.view.forks(pkg.dist)).toEqual([]);
    expect(requestsOf(pkg)).toEqual([]);
  });

  it("R8: labels, assignees and milestones edit no comment; the same error ten times makes one, written once", async () => {
    const { pkg, source } = await ride();
    const from = postman.count();
    await story.edit(source, { labels: "a,b" });
    await story.edit(source, { assignee_ids: [stage.alice.user.id] });
    await stage.double.idle();
    const changes = { milestone_id: { previous: null, current: 3 } };
    expect(await postman.handle(deliveryOf(source), { change: (payload) => ({ ...payload, changes }) })).toMatchObject({
      state: "noop",
    });
    expect(postman.writes(from)).toEqual([]);
    expect(stage.comments(source)).toHaveLength(1);

    const wrong = await contribute(stage.double, pkg, stage.alice, {
      branch: "wrong",
      title: "Fix foo",
      commits: [{ message: "Fix foo\n\nPatch-id: abc\n", files: { "hello.c": helloSource("x") } }],
    });
    await story.told(wrong, /Patch-id/);
    for (let time = 0; time < 10; time++)
      expect(await postman.handle(deliveryOf(wrong.mergeRequest))).toMatchObject({ state: "refused" });
    expect(notesWritten(from)).toEqual([expect.stringMatching(/^POST .*\/notes$/)]);
    expect(stage.comments(wrong.mergeRequest)).toHaveLength(1);
  });
});

describe("R2: a worker killed between any two steps, its job run again", () => {
  /** Kills the service when a write of the bot's has taken effect and before it hears of that. */
  const killedAfter = (method: string, path: RegExp) =>
    new Promise<void>((resolve) => {
      let killed = false;
      stage.double.faults.onRequest({ method, path }, "after", async ({ username }) => {
        if (killed || username !== stage.bot.user.username) return;
        killed = true;
        await stage.service.kill();
        resolve();
      });
    });
  const expectWhole = async ({ pkg, contribution, pair }: Omit<Ride, "source">, head: string) => {
    await followed(pair, head);
    await eventually(() => statusOf(contribution) === "success", { what: "the status" });
    await story.told(contribution, new RegExp(`in step with .*${head.slice(0, 7)}`));
    expect(requestsOf(pkg)).toEqual([pair]);
    expect(pair).toMatchObject({ state: "opened", title: contribution.mergeRequest.title });
    expect(stage.double.view.forks(pkg.dist)).toHaveLength(1);
    expect(stage.comments(contribution.mergeRequest)).toHaveLength(1);
    expect(await postman.handle(deliveryOf(contribution.mergeRequest))).toMatchObject({ state: "noop" });
  };

  it.each([
    ["fork", "POST", /\/fork$/],
    ["push", "POST", /\/git-receive-pack$/],
    ["merge request", "POST", /\/merge_requests$/],
    ["status", "POST", /\/statuses\//],
    ["comment", "POST", /\/notes$/],
  ])("R2: killed after the %s of a new pair: the same end as without it", async (_, method, path) => {
    const pkg = await newPackage();
    stage.double.admin.addMember(await forkSource(stage.double, pkg, stage.alice), stage.bot.user, DEVELOPER);
    const killed = killedAfter(method, path);
    const contribution = await contribute(stage.double, pkg, stage.alice);
    await killed;
    await stage.restart();
    const { pair } = await story.settled(pkg, contribution);
    await expectWhole({ pkg, contribution, pair }, contribution.mergeRequest.sha);
  });

  it.each([
    ["push", "POST", /\/git-receive-pack$/],
    ["edit of the merge request", "PUT", /\/merge_requests\/\d+$/],
    ["status", "POST", /\/statuses\//],
    ["edit of the comment", "PUT", /\/notes\/\d+$/],
  ])("R2: killed after the %s of an update: the same end as without it", async (_, method, path) => {
    const whole = await ride();
    // The first delivery is lost, so that one job has both to bring: a new title and a new head.
    stage.double.faults.deliveries("drop", { event: "merge_requests" });
    await story.edit(whole.source, { title: "Greet warmly" });
    const killed = killedAfter(method, path);
    const head = await story.push(whole.contribution, "Good evening");
    await killed;
    await stage.restart();
    await expectWhole(whole, head);
    expect(whole.pair.title).toBe("Greet warmly");
  });
});

describe("edits", () => {
  it.each<[string, { readonly from?: string; readonly edit: object; readonly title: string }]>([
    ["the title", { edit: { title: "Greet warmly" }, title: "Greet warmly" }],
    ["to a draft", { edit: { title: "Draft: Greet politely" }, title: "Draft: Greet politely" }],
    [
      "from a draft to ready",
      { from: "Draft: Greet politely", edit: { title: "Greet politely" }, title: "Greet politely" },
    ],
    ["the description", { edit: { description: "Because." }, title: "Greet politely" }],
    ["the target branch", { edit: { target_branch: "c10s" }, title: "Greet politely" }],
    ["the version in the spec", { edit: {}, title: "Greet politely" }],
  ])(
    "R7: %s, alone and followed by a push: one open dist-git merge request, equal to the other side",
    async (what, given) => {
      const { pkg, contribution, source, pair } = await ride(given.from ? { title: given.from } : {});
      const { admin, view } = stage.double;
      const branch = pair.sourceBranch;
      if (what === "the target branch")
        for (const side of [pkg.source, pkg.dist])
          await admin.fetchInto(side, view.repositoryDir(side), [`${view.branches(side).c9s}:refs/heads/c10s`]);
      if (what === "the version in the spec")
        await admin.commit(contribution.fork, {
          ...{ user: stage.alice.user, branch: contribution.branch, message: "Version 2.0\n" },
          files: { [`.distro/${pkg.name}.spec`]: specFile(pkg.name, "2.0") },
        });
      else await story.edit(source, given.edit);
      const isEqual = async (head: string) => {
        await eventually(
          async () =>
            pair.title === given.title &&
            pair.targetBranch === source.targetBranch &&
            pair.description?.includes(source.description ?? "") === true &&
            (await story.madeFrom(pair)) === head,
          { what: "the equal merge request" },
        );
        await story.told(contribution, new RegExp(`in step with .*${head.slice(0, 7)}`));
        expect(requestsOf(pkg)).toEqual([pair]);
        expect(pair).toMatchObject({ state: "opened", sourceBranch: branch });
        expect(stage.comments(source)).toHaveLength(1);
      };
      await isEqual(source.sha);
      await isEqual(await story.push(contribution, "Good evening"));
      if (what === "the version in the spec")
        expect(await story.fileOf(pair, `${pkg.name}.spec`)).toMatch(/^Version: +2\.0$/m);
    },
  );

  it.each([
    ["comment", undefined, /\/notes$/, /^POST/],
    ["ready", "made-ready", /\/merge_requests\/\d+$/, /^PUT/],
    ["merge", "made-merge", /\/merge$/, /^PUT/],
  ])("R6: a merge, delivered twice and looked at again, does its `%s` once", async (does, name, path, method) => {
    const pkg = await newPackage({ ...(name ? { name } : {}), ci: does === "merge" });
    if (does === "merge") stage.double.admin.addMember(pkg.dist, stage.bot.user, 40);
    const contribution = await contribute(stage.double, pkg, stage.alice);
    const { pair } = await story.settled(pkg, contribution);
    const from = postman.count();
    // Whether it is the merge or the draft's own event that Tandem looks at first: the draft is taken back once.
    if (does === "ready") await story.edit(pair, { title: `Draft: ${pair.title}` }, mia);
    const done = () =>
      postman
        .writes(from)
        .filter((write) => write.includes(`/projects/${pair.projectId}/`) && method.test(write) && path.test(write));
    const { projectId, iid } = contribution.mergeRequest;
    const answer = await stage.double.request("PUT", `/projects/${projectId}/merge_requests/${iid}/merge`, {
      token: mia.token,
    });
    expect(answer.status).toBe(200);
    const merged = deliveryOf(contribution.mergeRequest);
    expect(attributes(merged.payload)).toMatchObject({ action: "merge", state: "merged" });
    await story.told(contribution, does === "merge" ? /dist-git merge request is merged/ : /is merged/);
    expect(pair).toMatchObject({ state: does === "merge" ? "merged" : "opened", title: "Greet politely" });
    expect(done()).toHaveLength(1);
    await stage.double.redeliver(merged.id);
    await postman.post(merged);
    await story.say(contribution.mergeRequest, "/tandem-stg status");
    await story.told(contribution, /status.*this comment is the answer/s);
    expect(done()).toHaveLength(1);
  });
});

describe("what people read", () => {
  it("R13: the dist-git merge request has mark, link, the maintainer's part and the converted description, and follows edits", async () => {
    const { pair, source } = await ride({ description: "It was short.\n\nBugzilla: 23456 (Some explanation)" });
    const link = `${stage.double.url}/packit-service/src/package-${packages}/-/merge_requests/${source.iid}`;
    expect(pair.description).toMatch(/^<!-- tandem:pair /);
    expect(pair.description).toContain(link);
    expect(pair.description).toMatch(/maintainer of this package.*review.*merge/is);
    expect(pair.description).toContain("It was short.\n\nResolves: bz#23456 (Some explanation)");
    await story.edit(source, {
      description: "It was rude.\n\nBugzilla:   https://bugzilla.test/show_bug.cgi?id=809123",
    });
    await eventually(() => pair.description?.includes("It was rude.\n\nResolves: bz#809123"), { what: "the edit" });
    expect(pair.description).not.toContain("short");
    expect(pair.description).toContain(link);
    expect(pair.description).toMatch(/maintainer of this package/);
  });

  it("R14: the dist-git commit says title, converted description, references and trailer, and nothing else", async () => {
    const { pair, source } = await ride({
      description: "It was short.\n\nBugzilla: 456789",
      commits: [
        { message: "One\n\nResolves: RHEL-123\n", files: { "hello.c": helloSource("1") } },
        { message: "Two\n\nRelated: RHEL-5\nResolves: RHEL-123\n", files: { "hello.c": helloSource("2") } },
      ],
    });
    expect((await story.headOf(pair))?.message).toBe(
      [
        "Greet politely",
        "",
        "It was short.",
        "",
        "Resolves: bz#456789",
        "Resolves: RHEL-123",
        "Related: RHEL-5",
        `From-source-git-commit: ${source.sha}`,
        "",
      ].join("\n"),
    );
  });

  it("R12: a change of source-git.yaml alone: told with the reason, status success, no commit, no merge request", async () => {
    const pkg = await newPackage();
    stage.double.admin.addMember(await forkSource(stage.double, pkg, stage.alice), stage.bot.user, DEVELOPER);
    const file = await stage.double.view.file(pkg.source, "c9s", ".distro/source-git.yaml");
    const contribution = await contribute(stage.double, pkg, stage.alice, {
      commits: [{ message: "Note\n", files: { ".distro/source-git.yaml": `# A note.\n${file}` } }],
    });
    await story.told(contribution, /nothing to do.*changes nothing in dist-git/);
    expect(statusOf(contribution)).toBe("success");
    expect(requestsOf(pkg)).toEqual([]);
    const pushes = postman.writes().filter((write) => write.endsWith(`/${pkg.name}.git/git-receive-pack`));
    expect(pushes).toEqual([]);
    expect(stage.double.view.forks(pkg.dist)).toEqual([]);
  });
});

describe("R11: what is missing", () => {
  it("R11: a merge request without a description is mirrored", async () => {
    const { pair, source } = await ride({ description: null });
    expect(source.description).toBeNull();
    expect((await story.headOf(pair))?.message).toBe(`Greet politely\n\nFrom-source-git-commit: ${source.sha}\n`);
  });

  it("R11: a fork that is gone is told in the comment, also before the first look", async () => {
    const { contribution, source } = await ride();
    stage.double.admin.deleteProject(contribution.fork);
    await story.edit(source, { title: "Another title" });
    await story.told(contribution, /in step(.|\n)*fork that this merge request comes from is gone/);

    const pkg = await newPackage();
    stage.double.faults.deliveries("drop", { event: "merge_requests" });
    const orphan = await contribute(stage.double, pkg, stage.alice);
    stage.double.admin.deleteProject(orphan.fork);
    await story.edit(orphan.mergeRequest, { title: "Another title" });
    const { comment } = await story.settled(pkg, orphan);
    expect(comment).toContain("is gone");
  });

  it("R11: no field of a delivery, null or missing, leads to a 5xx or to another result", async () => {
    const { pkg, pair, source, contribution } = await ride({}, { ci: true });
    await story.told(contribution, /✓ success/);
    const pipeline = postman.last("pipeline", pair.sourceProjectId);
    for (const delivery of [deliveryOf(source), pipeline]) {
      const paths = Object.entries(delivery.payload).flatMap(([name, value]) => [
        [name],
        ...Object.keys(value !== null && typeof value === "object" && !Array.isArray(value) ? value : {}).map(
          (inner) => [name, inner],
        ),
      ]);
      expect(paths.length).toBeGreaterThan(40);
      for (const value of [null, undefined])
        for (const [outer = "", inner] of paths) {
          const change = (payload: Payload) =>
            inner === undefined
              ? { ...payload, [outer]: value }
              : { ...payload, [outer]: { ...(payload[outer] as Payload), [inner]: value } };
          const { status } = await postman.post(delivery, { change });
          expect([202, 400, 401]).toContain(status);
        }
    }
    await story.say(source, "/tandem-stg status");
    await story.told(contribution, /status.*this comment is the answer/s);
    expect(stage.comments(source)).toHaveLength(1);
    expect(requestsOf(pkg)).toEqual([pair]);
  });
});

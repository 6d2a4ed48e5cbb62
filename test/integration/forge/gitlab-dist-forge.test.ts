// What GitLab's adapter does as the forge of dist-git, and what it remembers.
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from "@jest/globals";
import type { DistForge, MergeRequest, Project, User } from "../../../src/forge/forge.ts";
import { parseSha, type Sha } from "../../../src/model/ids.ts";
import { type GitLabWorld, openGitLabWorld } from "../../support/forge-contract/gitlab-world.ts";
import type { WorldProject } from "../../support/forge-contract/world.ts";

const FOR_MERGE_REQUESTS = "check: {script: x, rules: [{if: $CI_MERGE_REQUEST_IID}]}\n";

let world: GitLabWorld;
let forge: DistForge;
let project: WorldProject;
let fork: Project;
let count = 0;

beforeAll(async () => {
  world = await openGitLabWorld();
  forge = world.forge;
});
beforeEach(async () => {
  project = await world.createProject({ files: { "README.md": "hello\n" } });
  await forge.createFork(found(await forge.readProject(project.id)), world.bot);
  await world.idle();
  fork = found(await forge.findOwnFork(found(await forge.readProject(project.id)), world.bot));
});
afterEach(async () => {
  world.clearFailures();
  world.double.settings.pipelineMode = "auto";
  await world.idle();
  expect(world.double.logs.unknownRequests).toEqual([]);
});
afterAll(() => world.close());

function found<T>(value: T | undefined): T {
  if (value === undefined) throw new Error("not found");
  return value;
}
const sha = (text: string): Sha => found(parseSha(text));
const pipelinesOf = (mergeRequest: MergeRequest) =>
  forge.findMergeRequestPipelines(mergeRequest.projectId, mergeRequest.iid);

/** A merge request of the bot whose commit has this CI file. */
async function open(file: string | undefined, title = "Title"): Promise<MergeRequest> {
  const branch = `src-${++count}-main`;
  const files = { [`${branch}.txt`]: "x\n", ...(file === undefined ? {} : { ".gitlab-ci.yml": file }) };
  await world.commit({ projectId: fork.id, branch, message: "m\n", files, as: world.bot });
  const made = await forge.createMergeRequest({
    sourceProject: fork,
    sourceBranch: branch,
    targetProjectId: project.id,
    targetBranch: "main",
    title,
    description: "",
  });
  await world.idle();
  return found(await forge.readMergeRequest(project.id, made.iid));
}

it("the open merge requests of an author are those into the project, from and into whatever branch", async () => {
  const [first, second, third] = [await open(undefined), await open(undefined), await open(undefined)];
  await forge.updateMergeRequest(project.id, second.iid, { state: "closed" });
  const files = { "next.txt": "x\n" };
  await world.commit({ projectId: project.id, branch: "next", message: "m\n", files, as: project.owner });
  await forge.updateMergeRequest(project.id, third.iid, { targetBranch: "next" });
  const listed = await forge.findOpenMergeRequestsBy(project.id, world.bot);
  expect(listed.map(({ iid }) => iid)).toEqual([first.iid, third.iid]);
  expect(await forge.findOpenMergeRequestsBy(project.id, project.owner)).toEqual([]);
  expect(await forge.findOpenMergeRequestsBy(fork.id, world.bot)).toEqual([]);
});

describe("the merge requests of a commit", () => {
  it("are those into the project, newest first", async () => {
    const first = await open(undefined);
    const head = found(first.head);
    await forge.updateMergeRequest(project.id, first.iid, { state: "closed" });
    const second = await forge.createMergeRequest({
      ...{ sourceProject: fork, sourceBranch: first.sourceBranch, targetBranch: "main", title: "Again" },
      ...{ targetProjectId: project.id, description: "" },
    });
    await forge.createMergeRequest({
      ...{ sourceProject: fork, sourceBranch: first.sourceBranch, targetBranch: "main", title: "Inside" },
      ...{ targetProjectId: fork.id, description: "" },
    });
    const find = async (id: number, commit: Sha) =>
      (await forge.findMergeRequestsOfCommit(id, commit)).map(({ iid }) => iid);
    expect(await find(project.id, head)).toEqual([second.iid, first.iid]);
    expect(await find(project.id, sha("1".repeat(40)))).toEqual([]);
    expect(await forge.findMergeRequestsOfCommit(fork.id, head)).toMatchObject([{ projectId: fork.id }]);
  });
});

describe("a new pipeline", () => {
  it("is one of the merge request", async () => {
    const mergeRequest = await open(FOR_MERGE_REQUESTS);
    const [before] = await pipelinesOf(mergeRequest);
    expect(await forge.startPipeline(mergeRequest)).toBe("started");
    const [after, ...older] = await pipelinesOf(mergeRequest);
    expect(after?.id).toBeGreaterThan(found(before).id);
    expect(older.map(({ id }) => id)).toEqual([before?.id]);
    expect(after?.ref).toBe(`refs/merge-requests/${mergeRequest.iid}/head`);
  });

  it("is one of the branch where no job is for merge requests", async () => {
    const mergeRequest = await open("check: {script: x, only: [branches]}\n");
    const before = (await pipelinesOf(mergeRequest)).length;
    expect(await forge.startPipeline(mergeRequest)).toBe("started");
    const after = await pipelinesOf(mergeRequest);
    expect(after).toHaveLength(before + 1);
    expect(after[0]).toMatchObject({ projectId: fork.id, ref: mergeRequest.sourceBranch });
  });

  it("is not believed of a proxy that says 200", async () => {
    const mergeRequest = await open(FOR_MERGE_REQUESTS);
    world.double.faults.answer({ method: "POST", path: /\/pipelines$/ }, { status: 200, body: { fine: true } });
    await expect(forge.startPipeline(mergeRequest)).rejects.toMatchObject({ kind: "upstream" });
  });

  it.each([
    ["nothing would run", async () => open(undefined)],
    ["the source project is gone", async () => ({ ...(await open(undefined)), sourceProjectId: undefined })],
    [
      "it is somebody else's",
      async () => {
        const opened = await world.openMergeRequest({ project, as: await world.createUser() });
        return found(await forge.readMergeRequest(project.id, opened.iid));
      },
    ],
  ])("is refused when %s", async (_, make) => {
    expect(await forge.startPipeline(await make())).toBe("refused");
  });
});

describe("a merge when checks pass", () => {
  const merge = ({ iid, head }: MergeRequest) => forge.mergeWhenChecksPass(project.id, iid, found(head));
  const state = async ({ iid }: MergeRequest) => {
    const { state: now, autoMerge } = found(await forge.readMergeRequest(project.id, iid));
    return { state: now, autoMerge };
  };
  const advance = async (mergeRequest: MergeRequest, to: "success" | "failed") =>
    world.double.admin.advancePipeline(found((await pipelinesOf(mergeRequest))[0]).id, to);
  beforeEach(() => {
    const account = found(world.double.view.user(world.bot.username));
    world.double.admin.addMember(found(world.double.view.project(project.id)), account, 40);
  });

  it("is not believed of a proxy that says 200", async () => {
    world.double.settings.pipelineMode = "manual";
    const mergeRequest = await open(FOR_MERGE_REQUESTS);
    world.double.faults.answer({ method: "PUT", path: /\/merge$/ }, { status: 200, body: { fine: true } });
    await expect(merge(mergeRequest)).rejects.toMatchObject({ kind: "upstream" });
  });

  it("waits for the pipeline, and says so", async () => {
    world.double.settings.pipelineMode = "manual";
    const mergeRequest = await open(FOR_MERGE_REQUESTS);
    expect(await merge(mergeRequest)).toBe("accepted");
    expect(await state(mergeRequest)).toEqual({ state: "opened", autoMerge: true });
    expect(await merge(mergeRequest)).toBe("accepted");
    await advance(mergeRequest, "success");
    expect(await state(mergeRequest)).toEqual({ state: "merged", autoMerge: false });
  });

  it("happens at once when they have passed, and keeps the branch", async () => {
    const mergeRequest = await open(FOR_MERGE_REQUESTS);
    expect(await merge(mergeRequest)).toBe("accepted");
    expect(await state(mergeRequest)).toMatchObject({ state: "merged" });
    const sent = world.double.logs.requests.findLast(({ path }) => path.endsWith("/merge"));
    expect([...(sent?.parameters ?? [])].sort()).toEqual(["auto_merge", "merge_when_pipeline_succeeds", "sha"]);
  });

  it("is accepted when it happened although the answer was lost", async () => {
    const mergeRequest = await open(FOR_MERGE_REQUESTS);
    world.double.faults.reset({ method: "PUT", path: /\/merge$/ }, "after");
    expect(await merge(mergeRequest)).toBe("accepted");
    expect(await state(mergeRequest)).toMatchObject({ state: "merged" });
  });

  it.each([
    ["a draft", () => open(FOR_MERGE_REQUESTS, "Draft: Title")],
    ["one without a pipeline", () => open(undefined)],
    ["one whose pipeline failed", () => open(FOR_MERGE_REQUESTS.replace("script: x", "script: exit 1"))],
    [
      "a closed one",
      async () => forge.updateMergeRequest(project.id, (await open(FOR_MERGE_REQUESTS)).iid, { state: "closed" }),
    ],
    [
      "one with conflicts",
      async () => {
        const mergeRequest = await open(FOR_MERGE_REQUESTS);
        const files = { [`${mergeRequest.sourceBranch}.txt`]: "other\n" };
        await world.commit({ projectId: project.id, branch: "main", message: "c\n", files, as: project.owner });
        return mergeRequest;
      },
    ],
  ])("is refused for %s", async (_, make) => {
    expect(await merge(await make())).toBe("refused");
  });

  it("is refused where the bot may not merge", async () => {
    const mergeRequest = await open(FOR_MERGE_REQUESTS);
    await world.setRole(project.id, world.bot, "developer");
    expect(await merge(mergeRequest)).toBe("refused");
  });

  it("of another head is a stale view of the world", async () => {
    const mergeRequest = await open(FOR_MERGE_REQUESTS);
    const wrong = forge.mergeWhenChecksPass(project.id, mergeRequest.iid, sha("1".repeat(40)));
    await expect(wrong).rejects.toMatchObject({ kind: "stale", code: "forge-conflict" });
  });

  it("comes again later while GitLab has not found out whether it can be merged", async () => {
    const mergeRequest = await open(FOR_MERGE_REQUESTS);
    const known = found(world.double.view.mergeRequests(found(world.double.view.project(project.id)))[0]);
    known.slowReadsLeft = 1;
    await expect(merge(mergeRequest)).rejects.toMatchObject({ kind: "stale", code: "merge-status-unknown" });
    expect(await merge(mergeRequest)).toBe("accepted");
  });
});

describe("a commit status", () => {
  const status = {
    context: "tandem",
    state: "success",
    description: "good",
    targetUrl: "https://tandem.example/",
  } as const;

  it("is not hidden by an older one of another ref with the same content", async () => {
    const { head } = await open(undefined);
    const set = (more: object) => forge.setCommitStatus(fork.id, found(head), { ...status, ...more });
    expect(await set({ ref: "one" })).toBe("set");
    expect(await set({ ref: "two", state: "failed", description: "bad" })).toBe("set");
    expect(await set({ ref: "one" })).toBe("set");
    const rows = (await world.statuses(fork.id, found(head))).map(({ description }) => description);
    expect(rows).toEqual(["good", "bad", "good"]);
  });

  it("is written once more after a final state, and then left alone", async () => {
    const { head } = await open(undefined);
    const set = (more: object) => forge.setCommitStatus(fork.id, found(head), { ...status, ...more });
    const results = [];
    for (const state of ["failed", "running", "running", "success", "success"]) results.push(await set({ state }));
    expect(results).toEqual(["set", "set", "unchanged", "set", "unchanged"]);
    // Running became success in its own row.
    expect((await world.statuses(fork.id, found(head))).map(({ state }) => state)).toEqual(["failed", "success"]);
  });

  it("comes again later when GitLab works on another update of it", async () => {
    const { head } = await open(undefined);
    const message = "Another update to this commit status is in progress";
    world.double.faults.answer({ method: "POST", path: /\/statuses\// }, { status: 409, body: { message } });
    const set = () => forge.setCommitStatus(fork.id, found(head), status);
    await expect(set()).rejects.toMatchObject({ kind: "stale", code: "forge-conflict" });
    expect(await set()).toBe("set");
  });

  it("that GitLab refuses for another reason is not taken as done", async () => {
    const { head } = await open(undefined);
    const bad = forge.setCommitStatus(fork.id, found(head), { ...status, targetUrl: "javascript:x" });
    await expect(bad).rejects.toMatchObject({ kind: "bug", code: "forge-refused" });
  });
});

describe("comments", () => {
  it("of people whose account is gone are shown", async () => {
    const mergeRequest = await open(undefined);
    const times = { created_at: "2026-01-02T03:04:05.678Z", updated_at: "2026-01-02T03:04:06.000Z" };
    const body = [{ id: 7, body: "old", system: false, author: null, ...times }];
    world.double.faults.answer({ path: /\/notes$/ }, { status: 200, body });
    expect(await forge.findNotes(project.id, mergeRequest.iid)).toEqual([
      {
        id: 7,
        body: "old",
        author: { id: 0, username: "ghost", name: "Ghost User" },
        createdAt: Date.UTC(2026, 0, 2, 3, 4, 5, 678),
        updatedAt: Date.UTC(2026, 0, 2, 3, 4, 6),
      },
    ]);
  });

  it("for members only are not shown, whoever wrote them, as the answer to one would be public", async () => {
    const mergeRequest = await open(undefined);
    await world.setRole(project.id, world.bot, "reporter");
    const path = `/projects/${project.id}/merge_requests/${mergeRequest.iid}/notes`;
    const write = async (body: object) =>
      (await world.double.request("POST", path, { token: `glpat-${project.owner.username}`, body })).body;
    expect(await write({ body: "/tandem sync", internal: true })).toMatchObject({ internal: true, confidential: true });
    expect(await write({ body: "/tandem sync", confidential: true })).toMatchObject({ internal: true });
    await write({ body: "for all" });
    const listed = await world.double.request("GET", path, { token: `glpat-${world.bot.username}` });
    expect(listed.body).toHaveLength(3);
    expect((await forge.findNotes(project.id, mergeRequest.iid)).map(({ body }) => body)).toEqual(["for all"]);
  });

  it.each([["internal"], ["confidential"]])("are for members only where GitLab says %s alone", async (word) => {
    const mergeRequest = await open(undefined);
    const times = { created_at: "2026-01-02T03:04:05.678Z", updated_at: "2026-01-02T03:04:06.000Z" };
    const note = { body: "text", system: false, author: null, ...times };
    const body = [
      { ...note, id: 7, [word]: true },
      { ...note, id: 8, [word]: false },
    ];
    world.double.faults.answer({ path: /\/notes$/ }, { status: 200, body });
    expect((await forge.findNotes(project.id, mergeRequest.iid)).map(({ id }) => id)).toEqual([8]);
  });

  it.each([403, 404])(
    "are not acknowledged where the bot may not react, and nobody hears of it (%i)",
    async (status) => {
      const mergeRequest = await open(undefined);
      const note = await forge.createNote(project.id, mergeRequest.iid, "text");
      world.double.faults.answer({ path: /award_emoji$/ }, { status, body: { message: `${status}` } });
      await expect(forge.acknowledge(project.id, mergeRequest.iid, note.id)).resolves.toBeUndefined();
    },
  );
});

describe("what stays the same during a job", () => {
  const asked = () => world.countRequests("GET");
  const fresh = () => world.forgeWithToken(`glpat-${world.bot.username}`);

  it("is asked for once: the bot's account, and a project that is ready", async () => {
    const mine = fresh();
    const before = asked();
    const users: User[] = await Promise.all([mine.whoAmI(), mine.whoAmI()]);
    expect(users[0]).toEqual(users[1]);
    await Promise.all([mine.readProject(project.id), mine.readProject(project.id)]);
    expect((await mine.readProject(project.path))?.id).toBe(project.id);
    expect(asked()).toBe(before + 2);
  });

  it("does not include failures, what is not there, and forks that are being made", async () => {
    const mine = fresh();
    world.failNext({ method: "GET", status: 429, times: 1 });
    await expect(mine.whoAmI()).rejects.toMatchObject({ kind: "rate-limit" });
    expect((await mine.whoAmI()).id).toBe(world.bot.id);
    const path = `${world.bot.username}/later-${++count}`;
    expect(await mine.readProject(path)).toBeUndefined();
    await world.double.admin.createProject(path, { files: { a: "b" } });
    const made = found(await mine.readProject(path));
    const known = found(world.double.view.project(made.id));
    known.importStatus = "started";
    const other = fresh();
    expect((await other.readProject(made.id))?.state).toBe("importing");
    known.importStatus = "finished";
    expect((await other.readProject(made.id))?.state).toBe("ready");
  });
});

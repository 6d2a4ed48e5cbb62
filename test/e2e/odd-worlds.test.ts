// The mirror in a world that is not as it should be: answers that fail or get lost, texts that people edited, forks that
// are gone. One queue backend is enough here: what differs between them is told in mirror.test.ts.
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, afterEach, beforeAll, describe, expect, it } from "@jest/globals";
import type { MergeRequest, Note } from "../gitlab-double/state/types.ts";
import { eventually } from "../support/eventually.ts";
import {
  type Account,
  type Contribution,
  contribute,
  helloSource,
  type Package,
  specFile,
} from "../support/package.ts";
import { type Stage, setStage } from "../support/stage.ts";

const home = mkdtempSync(join(tmpdir(), "tandem-e2e-"));
let stage: Stage;
let pkg: Package;
let packages = 0;

beforeAll(async () => {
  stage = await setStage({ home });
});
afterEach(() => {
  stage.double.faults.clear();
  expect(stage.double.logs.unknownRequests).toEqual([]);
  expect(stage.service.log.filter(({ level }) => level === "error")).toEqual([]);
});
afterAll(async () => {
  await stage.close();
  rmSync(home, { recursive: true, force: true });
});

async function open(): Promise<Contribution> {
  pkg = await stage.package(`odd-${++packages}`);
  return contribute(stage.double, pkg, stage.alice);
}

const settled = ({ mergeRequest }: Contribution, tells = /is in step with/) =>
  eventually(
    () => {
      const [comment] = stage.comments(mergeRequest);
      return comment && tells.test(comment) ? stage.distMergeRequest(pkg, mergeRequest.iid) : undefined;
    },
    { what: `a comment that tells ${tells}` },
  );

async function put(account: Account, path: string, body: object): Promise<void> {
  const answer = await stage.double.request("PUT", path, { token: account.token, body });
  expect(answer.status).toBe(200);
}
const edit = (mergeRequest: MergeRequest, body: object, account = stage.alice) =>
  put(account, `/projects/${mergeRequest.projectId}/merge_requests/${mergeRequest.iid}`, body);

function commentOf(mergeRequest: MergeRequest): Note {
  const note = stage.double.view.notes(mergeRequest).find(({ authorId }) => authorId === stage.bot.user.id);
  if (!note) throw new Error("there is no comment");
  return note;
}

const headOf = async ({ sourceProjectId, sourceBranch }: MergeRequest) => {
  const fork = stage.double.view.project(sourceProjectId);
  return fork && (await stage.double.view.commit(fork, sourceBranch));
};

function push({ fork, branch }: Contribution, greeting: string, parent?: string): Promise<string> {
  const { user } = stage.alice;
  const files = { "hello.c": helloSource(greeting) };
  return stage.double.admin.commit(fork, { user, branch, message: "Say more\n", files, ...(parent ? { parent } : {}) });
}

it("a new version: told which archive dist-git lacks and how it gets there; once it is listed, no more", async () => {
  const contribution = await open();
  const commit = (message: string, files: Readonly<Record<string, string>>) =>
    stage.double.admin.commit(contribution.fork, {
      user: stage.alice.user,
      branch: contribution.branch,
      message,
      files,
    });
  await settled(contribution);
  await commit("Rebase to 2.0\n", { [`.distro/${pkg.name}.spec`]: specFile(pkg.name, "2.0") });
  const archive = `${pkg.name}-2.0.tar.gz`;
  await settled(contribution, new RegExp(`lacks .${archive}.: run .centpkg new-sources ${archive}.`));
  const uploaded = await commit("Upload the archive\n", { ".distro/sources": `SHA512 (${archive}) = 1\n` });
  await settled(contribution, new RegExp(`in step with .${uploaded.slice(0, 8)}`));
  expect(commentOf(contribution.mergeRequest).body).not.toContain(archive);
});

describe("what GitLab answers", () => {
  it("a merge request whose head is not known at first is mirrored all the same", async () => {
    stage.double.settings.slowMergeRequests = 3;
    try {
      expect((await settled(await open())).state).toBe("opened");
    } finally {
      stage.double.settings.slowMergeRequests = 0;
    }
  });

  it.each([
    ["merge request", /\/merge_requests$/, 1],
    ["comment", /\/notes$/, 0],
  ])("a %s is made once, although the answer was lost or a limit was hit", async (_, path, skip) => {
    stage.double.faults.rateLimit({ method: "POST", path, skip }, 1);
    stage.double.faults.answer({ method: "POST", path, skip: skip + 1 }, { status: 502, text: "Bad Gateway" }, "after");
    const contribution = await open();
    const pair = await settled(contribution);
    await stage.double.idle();
    expect(stage.double.view.mergeRequests(pkg.dist)).toEqual([pair]);
    expect(stage.comments(contribution.mergeRequest)).toHaveLength(1);
  });

  it("pipelines that the bot may not see hinder nothing", async () => {
    const contribution = await open();
    const pair = await settled(contribution);
    const path = /\/pipelines/;
    stage.double.faults.answer({ method: "GET", path, times: Infinity }, { status: 403, body: { message: "403" } });
    await edit(contribution.mergeRequest, { title: "Another title" });
    await eventually(() => pair.title === "Another title", { what: "the title" });
  });
});

describe("texts that people edited", () => {
  it("the pair is kept, and its description written again", async () => {
    const contribution = await open();
    const pair = await settled(contribution);
    await edit(pair, { description: "Please hurry." }, stage.bot);
    await edit(contribution.mergeRequest, { title: "Another title" });
    await eventually(() => pair.description?.includes("The old greeting"), { what: "the description" });
    expect(stage.double.view.mergeRequests(pkg.dist)).toEqual([pair]);
  });

  it("a mark that names another pair's branch leads to no push there", async () => {
    const contribution = await open();
    const pair = await settled(contribution);
    const other = await contribute(stage.double, pkg, stage.alice, { branch: "other", title: "Other" });
    await settled(other);
    const head = await headOf(pair);
    const { projectId, iid } = other.mergeRequest;
    const { id } = commentOf(other.mergeRequest);
    const mark = `<!-- tandem:status {"branch":"${pair.sourceBranch}"} -->`;
    await put(stage.bot, `/projects/${projectId}/merge_requests/${iid}/notes/${id}`, { body: `${mark}\ntext` });
    await edit(other.mergeRequest, { title: "Again" });
    await settled(other);
    expect(await headOf(pair)).toEqual(head);
    expect(stage.double.view.mergeRequests(pkg.dist)).toHaveLength(2);
  });
});

describe("what people do", () => {
  it("R7: another target branch: the commit takes back nothing of what only that branch has", async () => {
    const contribution = await open();
    const pair = await settled(contribution);
    const { maintainer, source, dist } = pkg;
    for (const project of [source, dist]) {
      const head = stage.double.view.branches(project).c9s;
      await stage.double.admin.setBranch(project, "c10s", head, maintainer);
    }
    const own = { branch: "c10s", user: maintainer };
    const inDist = await stage.double.admin.commit(dist, { ...own, message: "c10s\n", files: { "c10s.txt": "x\n" } });
    await stage.double.admin.commit(source, {
      ...own,
      message: `c10s\n\nFrom-dist-git-commit: ${inDist}\n`,
      files: { ".distro/c10s.txt": "x\n" },
    });
    await edit(contribution.mergeRequest, { target_branch: "c10s" });
    await eventually(() => pair.targetBranch === "c10s", { what: "the target" });
    expect((await headOf(pair))?.parents).toEqual([stage.double.view.branches(dist).c9s]);
    expect(stage.double.view.mergeRequests(dist)).toEqual([pair]);
    const token = stage.double.admin.createToken(maintainer, { value: "glpat-maintainer-merges" }).value;
    const path = `/projects/${dist.id}/merge_requests/${pair.iid}/merge`;
    expect((await stage.double.request("PUT", path, { token })).status).toBe(200);
    expect(await stage.double.view.file(dist, "c10s", "c10s.txt")).toBe("x\n");
    expect(await stage.double.view.file(dist, "c10s", "0001-Greet-politely.patch")).toContain("Good morning");
  });

  it("R12: a push after which nothing is left closes the pair; the next one reopens it", async () => {
    const contribution = await open();
    const pair = await settled(contribution);
    const base = stage.double.view.branches(pkg.source).c9s;
    await push(contribution, "Hello", base);
    await settled(contribution, /changes nothing in dist-git any more/);
    expect(pair.state).toBe("closed");
    await edit(contribution.mergeRequest, { description: "Never mind." });
    await stage.double.idle();
    expect(pair.state).toBe("closed");
    await push(contribution, "Good evening", base);
    await settled(contribution);
    expect(pair.state).toBe("opened");
    expect(stage.double.view.mergeRequests(pkg.dist)).toEqual([pair]);
  });

  it("R11: the contributor's fork is deleted: the pair still follows", async () => {
    const contribution = await open();
    const pair = await settled(contribution);
    stage.double.admin.deleteProject(contribution.fork);
    await edit(contribution.mergeRequest, { title: "Another title" });
    await eventually(() => pair.title === "Another title", { what: "the title" });
  });

  it("the bot's fork is deleted, which closes the pair: another one is made from a new fork", async () => {
    const contribution = await open();
    const pair = await settled(contribution);
    const fork = stage.double.view.project(pair.sourceProjectId);
    await edit(pair, { state_event: "close" }, stage.bot);
    if (fork) stage.double.admin.deleteProject(fork);
    await edit(contribution.mergeRequest, { title: "Another title" });
    const second = await eventually(
      () => stage.double.view.mergeRequests(pkg.dist).find(({ state }) => state === "opened"),
      { what: "another dist-git merge request" },
    );
    expect(second.sourceBranch).toBe(pair.sourceBranch);
  });

  it("a new version of upstream: its authors are not the commit's", async () => {
    const contribution = await open();
    const pair = await settled(contribution);
    const { admin, view } = stage.double;
    const { fork, branch } = contribution;
    const { user } = admin.createUser("bob", { name: "Bob Upstream" });
    const upstream = await admin.commit(fork, {
      branch,
      user,
      message: "Upstream's\n",
      files: { "new.c": "int x;\n" },
    });
    await admin.fetchInto(pkg.source, view.repositoryDir(fork), [`${upstream}:refs/tags/v1.1`]);
    const config = await view.file(pkg.source, "c9s", ".distro/source-git.yaml");
    const head = await admin.commit(fork, {
      branch,
      user: stage.alice.user,
      message: "New version\n",
      files: { ".distro/source-git.yaml": String(config).replace("v1.0", "v1.1"), "hello.c": helloSource("1.1") },
    });
    const commit = await eventually(async () => {
      const made = await headOf(pair);
      return made?.message.includes(head) ? made : undefined;
    });
    expect(commit.author.name).toBe("Alice Contributor");
    expect(commit.message).not.toContain("Bob");
  });
});

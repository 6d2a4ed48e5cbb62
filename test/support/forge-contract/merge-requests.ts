// Contract: merge requests are read, found, opened and changed.
import { describe, expect, it } from "@jest/globals";
import type { WorldOf, WorldProject } from "./world.ts";

const FILES = { "README.md": "hello\n" };

export function describeMergeRequests(worldOf: WorldOf): void {
  describe("a merge request", () => {
    it("is read with all its fields, from a fork, with a head that git finds", async () => {
      const world = worldOf();
      const { forge } = world;
      const project = await world.createProject({ files: FILES });
      const author = await world.createUser();
      const text = { title: "Fix foo", description: "It was broken.\n\nNow it is not." };
      const opened = await world.openMergeRequest({ project, as: author, sourceBranch: "fix/foo", ...text });
      await world.idle();
      const read = await forge.readMergeRequest(project.id, opened.iid);
      expect(read).toEqual({
        forge: expect.stringMatching(/^git(lab|hub)$/),
        projectId: project.id,
        iid: opened.iid,
        state: "opened",
        draft: false,
        ...text,
        webUrl: expect.stringMatching(/^http.*\/\d+$/),
        author: { id: author.id, username: author.username, name: expect.any(String) },
        createdAt: expect.any(Number),
        sourceBranch: "fix/foo",
        targetBranch: project.defaultBranch,
        sourceProjectId: opened.sourceProjectId,
        head: opened.head,
        headRef: expect.stringMatching(/^refs\//),
        hasConflicts: false,
        autoMerge: false,
        noteCount: 0,
      });
      expect(read?.createdAt).toBeGreaterThan(Date.UTC(2020));
      expect(opened.sourceProjectId).not.toBe(project.id);
      expect(await world.resolveRef(project.id, read?.headRef ?? "")).toBe(opened.head);
    });

    it("that does not exist is undefined", async () => {
      const world = worldOf();
      const { forge } = world;
      const project = await world.createProject({ files: FILES });
      expect(await forge.readMergeRequest(project.id, 999)).toBeUndefined();
    });

    it("without a text has an empty one, and a draft is one", async () => {
      const world = worldOf();
      const { forge } = world;
      const project = await world.createProject({ files: FILES });
      const as = await world.createUser();
      const { iid } = await world.openMergeRequest({ project, as, description: null, draft: true });
      expect(await forge.readMergeRequest(project.id, iid)).toMatchObject({ description: "", draft: true });
    });

    it("that was merged, or whose source is gone, says so", async () => {
      const world = worldOf();
      const { forge } = world;
      const project = await world.createProject({ files: FILES });
      const as = await world.createUser();
      const merged = await world.openMergeRequest({ project, as, sourceBranch: "one" });
      const orphan = await world.openMergeRequest({ project, as, sourceBranch: "two" });
      await world.merge(merged);
      await world.deleteProject(orphan.sourceProjectId);
      expect(await forge.readMergeRequest(project.id, merged.iid)).toMatchObject({ state: "merged" });
      expect((await forge.readMergeRequest(project.id, orphan.iid))?.sourceProjectId).toBeUndefined();
    });

    it("that cannot be merged has conflicts", async () => {
      const world = worldOf();
      const { forge } = world;
      const project = await world.createProject({ files: FILES });
      const opened = await world.openMergeRequest({ project, as: await world.createUser() });
      await world.makeConflict(opened);
      expect(await forge.readMergeRequest(project.id, opened.iid)).toMatchObject({ hasConflicts: true });
    });
  });

  describe("merge requests", () => {
    it("are found by branch and author in any state, newest first", async () => {
      const world = worldOf();
      const { forge } = world;
      const project = await world.createProject({ files: FILES });
      const [author, other] = [await world.createUser(), await world.createUser()];
      const request = { project, sourceBranch: "src-1-main" };
      const first = await world.openMergeRequest({ ...request, as: author });
      await world.setRole(project.id, world.bot, "developer");
      await forge.updateMergeRequest(project.id, first.iid, { state: "closed" });
      const second = await world.openMergeRequest({ ...request, as: author });
      const theirs = await world.openMergeRequest({ ...request, as: other });
      await world.openMergeRequest({ ...request, as: author, sourceBranch: "src-1-main-2" });
      const find = async (sourceBranch: string, by = author) =>
        (await forge.findMergeRequests(project.id, { sourceBranch, author: by })).map(({ iid }) => iid);
      expect(await find("src-1-main")).toEqual([second.iid, first.iid]);
      expect(await find("src-1-main", other)).toEqual([theirs.iid]);
      expect(await find("src-1")).toEqual([]);
      expect(await find("src-1-main", world.bot)).toEqual([]);
    });

    it("that are open are found by target branch, oldest first", async () => {
      const world = worldOf();
      const { forge } = world;
      const project = await world.createProject({ files: FILES });
      await world.commit({ ...stable(project), projectId: project.id });
      const as = await world.createUser();
      const open = async (sourceBranch: string, targetBranch = project.defaultBranch) =>
        (await world.openMergeRequest({ project, as, sourceBranch, targetBranch })).iid;
      const [one, closed, elsewhere] = [await open("one"), await open("two"), await open("three", "stable")];
      const last = await open("four");
      await world.setRole(project.id, world.bot, "developer");
      await forge.updateMergeRequest(project.id, closed, { state: "closed" });
      const find = async (branch: string) =>
        (await forge.findOpenMergeRequests(project.id, branch)).map(({ iid }) => iid);
      expect(await find(project.defaultBranch)).toEqual([one, last]);
      expect(await find("stable")).toEqual([elsewhere]);
      expect(await find("nothing")).toEqual([]);
    });

    it("are opened from the bot's fork; a second one is a stale view of the world", async () => {
      const world = worldOf();
      const { forge } = world;
      const project = await world.createProject({ files: FILES });
      const parent = await forge.readProject(project.id);
      if (!parent) throw new Error("the project is missing");
      const fork = await forge.createFork(parent, world.bot);
      await world.idle();
      const branch = { branch: "src-5-main", message: "m\n", files: { "a.txt": "a\n" }, as: world.bot };
      const head = await world.commit({ ...branch, projectId: fork.id });
      const request = {
        sourceProject: fork,
        sourceBranch: "src-5-main",
        targetProjectId: project.id,
        targetBranch: project.defaultBranch,
        title: "Title",
        description: "Text",
      };
      const made = await forge.createMergeRequest(request);
      expect(made).toMatchObject({ projectId: project.id, state: "opened", title: "Title", description: "Text" });
      expect(made).toMatchObject({
        sourceProjectId: fork.id,
        sourceBranch: "src-5-main",
        author: { id: world.bot.id },
      });
      expect((await forge.readMergeRequest(project.id, made.iid))?.head).toBe(head);
      await expect(forge.createMergeRequest(request)).rejects.toMatchObject({ kind: "stale" });
      const filter = { sourceBranch: "src-5-main", author: world.bot };
      expect(await forge.findMergeRequests(project.id, filter)).toHaveLength(1);
    });

    it("are changed: only what is named, and the answer is the new state", async () => {
      const world = worldOf();
      const { forge } = world;
      const project = await world.createProject({ files: FILES });
      await world.commit({ ...stable(project), projectId: project.id });
      await world.setRole(project.id, world.bot, "developer");
      const as = await world.createUser();
      const { iid } = await world.openMergeRequest({ project, as, title: "Old", description: "old" });
      const change = (given: Parameters<typeof forge.updateMergeRequest>[2]) =>
        forge.updateMergeRequest(project.id, iid, given);
      expect(await change({ title: "New" })).toMatchObject({ title: "New", description: "old", state: "opened" });
      expect(await change({ description: "" })).toMatchObject({ title: "New", description: "" });
      expect(await change({ targetBranch: "stable" })).toMatchObject({ title: "New", targetBranch: "stable" });
      expect(await change({ state: "closed" })).toMatchObject({ title: "New", state: "closed" });
      expect(await change({ state: "opened", description: "new" })).toMatchObject({ state: "opened" });
      const end = { title: "New", description: "new", targetBranch: "stable", state: "opened" };
      expect(await forge.readMergeRequest(project.id, iid)).toMatchObject(end);
    });
  });
}

function stable({ owner }: WorldProject) {
  return { branch: "stable", message: "Stable\n", files: { "stable.txt": "x\n" }, as: owner };
}

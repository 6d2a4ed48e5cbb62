// Contract: accounts, projects, forks, and what is in a repository.
import { describe, expect, it } from "@jest/globals";
import type { Project } from "../../../src/forge/forge.ts";
import { parseSha, type Sha } from "../../../src/model/ids.ts";
import type { ForgeWorld, WorldOf, WorldProject } from "./world.ts";

const FILES = { "README.md": "hello\n" };

export function describeProjects(worldOf: WorldOf): void {
  it("knows the bot's own account", async () => {
    const { forge, bot } = worldOf();
    expect(await forge.whoAmI()).toEqual({ id: bot.id, username: bot.username, name: expect.any(String) });
  });

  it("reads a project by id and by path; what does not exist is undefined", async () => {
    const world = worldOf();
    const { forge } = world;
    const { id, path } = await world.createProject({ files: FILES });
    const project = await forge.readProject(path);
    expect(project).toMatchObject({ id, path, forkedFromId: undefined, isPublic: true, state: "ready" });
    expect(project?.webUrl).toMatch(new RegExp(`^https?://.+/${path}$`));
    expect(project?.httpUrl).toMatch(new RegExp(`^https?://[^@]+/${path}(\\.git)?$`));
    expect(await forge.readProject(id)).toEqual(project);
    expect(await forge.readProject(`${path}-not`)).toBeUndefined();
    expect(await forge.readProject(987_654_321)).toBeUndefined();
  });

  it("tells a private project from a public one", async () => {
    const world = worldOf();
    const { id } = await world.createProject({ files: FILES, isPrivate: true });
    expect(await world.forge.readProject(id)).toBeUndefined();
    await world.setRole(id, world.bot, "reporter");
    expect(await world.forge.readProject(id)).toMatchObject({ id, isPublic: false });
  });

  describe("forks", () => {
    it("are made once, become ready, and are found again", async () => {
      const world = worldOf();
      const parent = await read(world, await world.createProject({ files: FILES }));
      expect(await world.forge.findOwnFork(parent, world.bot)).toBeUndefined();
      const made = await world.forge.createFork(parent, world.bot);
      await world.idle();
      const found = await world.forge.findOwnFork(parent, world.bot);
      expect(found).toMatchObject({ id: made.id, forkedFromId: parent.id, state: "ready" });
      expect(found?.path.startsWith(`${world.bot.username}/`)).toBe(true);
      expect((await world.forge.createFork(parent, world.bot)).id).toBe(made.id);
    });

    it("are told from forks of another project of the same name, and from those of other people", async () => {
      const world = worldOf();
      const name = `same-${Date.now()}`;
      const source = await world.createProject({ files: FILES, name });
      const parents = [source, await world.createProject({ files: FILES, name })];
      const [one, other] = await Promise.all(parents.map((each) => read(world, each)));
      if (!one || !other) throw new Error("the projects are missing");
      await world.openMergeRequest({ project: source, as: await world.createUser() });
      const made = await world.forge.createFork(one, world.bot);
      expect(await world.forge.findOwnFork(other, world.bot)).toBeUndefined();
      const second = await world.forge.createFork(other, world.bot);
      await world.idle();
      expect(second.path).not.toBe(made.path);
      expect((await world.forge.findOwnFork(one, world.bot))?.id).toBe(made.id);
      expect(await world.forge.findOwnFork(other, world.bot)).toMatchObject({ id: second.id, forkedFromId: other.id });
    });
  });

  describe("a repository", () => {
    it("shows heads of branches and commits, or undefined", async () => {
      const world = worldOf();
      const project = await world.createProject({ files: FILES });
      const base = await world.forge.readBranch(project.id, project.defaultBranch);
      const message = "Change it\n\nWith a body.\n\nFrom-dist-git-commit: abc\n";
      const commit = { branch: "feature/a+b#1", message, files: { "b.txt": "b\n" }, as: project.owner };
      const sha = await world.commit({ ...commit, projectId: project.id });
      const head = await world.forge.readBranch(project.id, commit.branch);
      expect(head).toMatchObject({ sha, parents: [base?.sha], committerEmail: expect.stringContaining("@") });
      expect(head?.message.trimEnd()).toBe(message.trimEnd());
      expect(await world.forge.readCommit(project.id, idOf(sha))).toEqual(head);
      expect(base?.parents).toEqual([]);
      expect(await world.forge.readBranch(project.id, "nothing")).toBeUndefined();
      expect(await world.forge.readBranch(project.id, "feature")).toBeUndefined();
      expect(await world.forge.readCommit(project.id, idOf("1".repeat(40)))).toBeUndefined();
    });

    it("says whether a file is there, also at a head that only a merge request brought", async () => {
      const world = worldOf();
      const project = await world.createProject({ files: { ...FILES, ".distro/source-git.yaml": "a: b\n" } });
      const opened = await world.openMergeRequest({ project, as: await world.createUser() });
      const has = (path: string) => world.forge.hasFile(project.id, path, idOf(opened.head));
      expect(await has(".distro/source-git.yaml")).toBe(true);
      expect(await has(".distro/nothing")).toBe(false);
      expect(await has("source-git.yaml")).toBe(false);
    });
  });
}

function idOf(text: string): Sha {
  const sha = parseSha(text);
  if (!sha) throw new Error(`no object id: ${text}`);
  return sha;
}

async function read({ forge }: ForgeWorld, { id }: WorldProject): Promise<Project> {
  const project = await forge.readProject(id);
  if (!project) throw new Error(`there is no project ${id}`);
  return project;
}

// Lists over many projects, as the sweep asks for them, on both forges' doubles.
import { afterAll, beforeAll, describe, expect, it } from "@jest/globals";
import type { Place } from "../../../src/model/place.ts";
import { openGitHubWorld } from "../../support/forge-contract/github-world.ts";
import { openGitLabWorld } from "../../support/forge-contract/gitlab-world.ts";
import type { ForgeWorld, WorldProject } from "../../support/forge-contract/world.ts";

const FILES = { "README.md": "Hello\n" };

const onGitLab = async () => {
  const world = await openGitLabWorld();
  const { admin, view } = world.double;
  const createIn = async (path: string): Promise<WorldProject> => {
    if (!view.projects().some((each) => view.pathOf(each).startsWith(path.split("/")[0] ?? "")))
      admin.createGroup("group/src");
    const { id } = await admin.createProject(path, { files: FILES });
    return { id, path, defaultBranch: "main", owner: await world.createUser() };
  };
  return { world, createIn, group: "group", paths: ["group/src/acl", "group/zlib"] as const };
};
const onGitHub = async () => {
  const world = await openGitHubWorld();
  const createIn = async (path: string): Promise<WorldProject> => {
    const { id } = await world.double.admin.createRepository(path, { files: FILES });
    return { id, path, defaultBranch: "main", owner: await world.createUser() };
  };
  return { world, createIn, group: "group", paths: ["group/acl", "group/zlib"] as const };
};

describe.each([
  ["GitLab", onGitLab],
  ["GitHub", onGitHub],
] as const)("lists of %s", (_, open) => {
  let world: ForgeWorld;
  let place: Place;
  let one: WorldProject;
  let other: WorldProject;
  beforeAll(async () => {
    const opened = await open();
    world = opened.world;
    place = { kind: "group", path: opened.group };
    one = await opened.createIn(opened.paths[0]);
    other = await opened.createIn(opened.paths[1]);
  });
  afterAll(() => world.close());

  it("tell of the merge requests below a group, the open ones or all that changed", async () => {
    const author = await world.createUser();
    const first = await world.openMergeRequest({ project: one, as: author, description: "About acl." });
    const second = await world.openMergeRequest({ project: other, as: author, description: null });
    const open = await world.forge.listMergeRequests(place);
    expect(open).toMatchObject([
      { projectId: one.id, projectPath: one.path, iid: first.iid, state: "opened", description: "About acl." },
      { projectId: other.id, projectPath: other.path, iid: second.iid, state: "opened", description: "" },
    ]);
    expect(open.map(({ authorId }) => authorId)).toEqual([author.id, author.id]);

    await world.forge.updateMergeRequest(other.id, second.iid, { state: "closed" }).catch(() => undefined);
    const changed = open[0]?.updatedAt ?? 0;
    expect(await world.forge.listMergeRequests(place, changed)).toHaveLength(2);
    expect(await world.forge.listMergeRequests(place, Date.now() + 3_600_000)).toEqual([]);
    expect(await world.forge.listMergeRequests({ kind: "project", path: one.path })).toMatchObject([
      { iid: first.iid },
    ]);
  });

  it("tell of the projects below a group, or of those in which something happened", async () => {
    const found = await world.forge.listProjects(place);
    expect(found.map(({ path }) => path).sort()).toEqual([one.path, other.path]);
    expect(await world.forge.listProjects(place, Date.now() + 3_600_000)).toEqual([]);
    expect(await world.forge.listProjects({ kind: "project", path: one.path })).toEqual([
      { id: one.id, path: one.path },
    ]);
  });

  it.each(["group", "project"] as const)("say that there is no such %s", async (kind) => {
    const nowhere: Place = { kind, path: kind === "group" ? "nowhere" : "nowhere/at-all" };
    const missing = { kind: "user", code: "place-missing" };
    await expect(world.forge.listMergeRequests(nowhere)).rejects.toMatchObject(missing);
    await expect(world.forge.listProjects(nowhere)).rejects.toMatchObject(missing);
  });
});

describe("lists of GitLab alone", () => {
  it("tell of somebody's merge requests wherever they are, and of a project's branches", async () => {
    const world = await openGitLabWorld();
    try {
      const [one, other, author] = [
        await world.createProject({ files: FILES }),
        await world.createProject({ files: FILES }),
        await world.createUser(),
      ];
      await world.openMergeRequest({ project: one, as: author });
      await world.openMergeRequest({ project: other, as: author });
      await world.openMergeRequest({ project: other, as: await world.createUser() });
      const found = await world.forge.listMergeRequestsBy(author);
      expect(found.map(({ projectPath }) => projectPath)).toEqual([one.path, other.path]);
      expect(await world.forge.listMergeRequestsBy(author, Date.now() + 3_600_000)).toEqual([]);
      await world.commit({ projectId: one.id, branch: "c9s", message: "Branch\n", files: { a: "a\n" }, as: one.owner });
      expect((await world.forge.listBranches(one.id)).toSorted()).toEqual(["c9s", "main"]);
    } finally {
      await world.close();
    }
  });
});

// A forge in memory over the repositories of a ride: what the back-sync reads and writes of one, with real branches behind.
import type { DistForge, ForgeCommit, MergeRequest, Note, Project } from "../../../src/forge/forge.ts";
import { parseSha, type Sha } from "../../../src/model/ids.ts";
import { fakeForge } from "../fake-forge.ts";
import { bot, mergeRequest, project } from "../forge-values.ts";
import type { Ride } from "./ride.ts";
import { createTestRepository, type TestRepository } from "./test-repository.ts";

/** The forge, and what tests look at or set. */
export interface RideForge {
  readonly forge: DistForge;
  readonly source: Project;
  readonly dist: Project;
  /** The bot's fork, once it is made. */
  readonly fork: { project: Project | undefined; repository: TestRepository | undefined };
  readonly mergeRequests: MergeRequest[];
  readonly notes: Note[];
  /** Names of the calls that change something, in order. */
  readonly writes: string[];
  /** Throws at the next call of this name. */
  fail(name: keyof DistForge, error: Error): void;
  repositoryOf(project: Project): TestRepository;
  /** Changes what the forge says of a merge request. */
  edit(iid: number, change: Partial<MergeRequest>): void;
}

/** Source-git is project 1, dist-git project 2, the fork project 31. */
export function createRideForge(ride: Ride, directory: string): RideForge {
  const source = project(1, "src/hello");
  const dist = project(2, "rpms/hello");
  const fork: RideForge["fork"] = { project: undefined, repository: undefined };
  const mergeRequests: MergeRequest[] = [];
  const notes: Note[] = [];
  const writes: string[] = [];
  const faults = new Map<string, Error>();

  const repositoryOf = ({ id }: Pick<Project, "id">): TestRepository => {
    const found = id === 1 ? ride.source : id === 2 ? ride.dist : fork.repository;
    if (!found) throw new Error(`no repository for project ${id}`);
    return found;
  };
  const write = (name: keyof DistForge) => {
    const error = faults.get(name);
    faults.delete(name);
    if (error) throw error;
    writes.push(name);
  };
  const at = (iid: number) => {
    const index = mergeRequests.findIndex((each) => each.iid === iid);
    const found = mergeRequests[index];
    if (!found) throw new Error(`no merge request ${iid}`);
    return { index, found };
  };
  const edit = (iid: number, change: Partial<MergeRequest>) => {
    const { index, found } = at(iid);
    mergeRequests[index] = { ...found, ...change };
  };

  const forge = fakeForge({
    whoAmI: async () => bot,
    readProject: async (which) => [source, dist].find(({ id, path }) => which === id || which === path),
    readBranch: async (id, branch) => readBranch(repositoryOf({ id }), branch),
    findOwnFork: async () => fork.project,
    createFork: async () => {
      write("createFork");
      fork.repository = await createTestRepository(`${directory}/fork.git`);
      await fork.repository.git(["fetch", "-q", ride.source.directory, "+refs/heads/*:refs/heads/*"]);
      fork.project = { ...project(31, "tandem-bot/hello-1"), forkedFromId: 1 };
      return fork.project;
    },
    findMergeRequests: async (projectId, { sourceBranch, author }) =>
      mergeRequests
        .filter((each) => each.projectId === projectId && each.sourceBranch === sourceBranch)
        .filter((each) => each.author.id === author.id)
        .toReversed(),
    findOpenMergeRequests: async (_projectId, targetBranch) =>
      mergeRequests.filter((each) => each.targetBranch === targetBranch && each.state === "opened"),
    readMergeRequest: async (_projectId, iid) => at(iid).found,
    createMergeRequest: async (wanted) => {
      write("createMergeRequest");
      const head = await repositoryOf(wanted.sourceProject).head(wanted.sourceBranch);
      const { targetProjectId, sourceProject, ...rest } = wanted;
      const made = mergeRequest({
        ...rest,
        ...{
          projectId: targetProjectId,
          sourceProjectId: sourceProject.id,
          iid: 100 + mergeRequests.length,
          author: bot,
          head,
        },
      });
      mergeRequests.push(made);
      return made;
    },
    updateMergeRequest: async (_projectId, iid, change) => {
      write("updateMergeRequest");
      edit(iid, change);
      return at(iid).found;
    },
    findNotes: async () => notes,
    createNote: async (_projectId, iid, body) => {
      write("createNote");
      const note = { id: notes.length + 1, author: bot, body, createdAt: 0, updatedAt: 0 };
      notes.push(note);
      edit(iid, { noteCount: notes.length });
      return note;
    },
    updateNote: async (_projectId, _iid, noteId, body) => {
      write("updateNote");
      const index = notes.findIndex(({ id }) => id === noteId);
      const note = notes[index];
      if (!note) throw new Error(`no note ${noteId}`);
      notes[index] = { ...note, body };
      return notes[index];
    },
  });
  return {
    ...{ forge, source, dist, fork, mergeRequests, notes, writes, repositoryOf, edit },
    fail: (name, error) => faults.set(name, error),
  };
}

async function readBranch(repository: TestRepository, branch: string): Promise<ForgeCommit | undefined> {
  const output = await repository.git(["for-each-ref", "--format=%(objectname)", `refs/heads/${branch}`]);
  const sha = parseSha(output.trim());
  if (!sha) return undefined;
  const [email = "", parents = "", ...message] = (
    await repository.git(["log", "-1", "--format=%ce%n%P%n%B", sha])
  ).split("\n");
  return {
    sha,
    parents: parents.split(" ").filter(Boolean) as Sha[],
    message: message.join("\n"),
    committerEmail: email,
  };
}

// The world of the contract suite on the GitLab double.
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { DistForge, User } from "../../../src/forge/forge.ts";
import { createGitLabForge } from "../../../src/forge/gitlab/gitlab-forge.ts";
import { type GitLabDouble, startGitLabDouble } from "../../gitlab-double/gitlab-double.ts";
import type { User as Account, MergeRequest, Project } from "../../gitlab-double/state/types.ts";
import { transportOptions } from "../transport-options.ts";
import type { ForgeWorld, OpenedMergeRequest, WorldMergeRequest } from "./world.ts";

const ROLES = { reporter: 20, developer: 30 } as const;

/** The contract's world with what only GitLab has. */
export interface GitLabWorld extends ForgeWorld {
  readonly forge: DistForge;
  readonly double: GitLabDouble;
}

/** Starts a double with a bot that is a member of nothing. */
export async function openGitLabWorld(): Promise<GitLabWorld> {
  const directory = await mkdtemp(join(tmpdir(), "tandem-contract-"));
  const double = await startGitLabDouble({ dataDir: directory });
  const { admin, view } = double;
  const bot = admin.createUser("tandem-bot", { name: "Tandem" });
  const forgeWithToken = (token: string) => createGitLabForge({ ...transportOptions(token), url: double.url });
  let made = 0;
  const createUser = async () => userOf(admin.createUser(`user${++made}`, { name: `User ${made}` }).user);
  return {
    double,
    forge: forgeWithToken(bot.token),
    bot: userOf(bot.user),
    forgeWithToken,
    createUser,
    async createProject({ files, name = `pkg${++made}`, isPrivate = false }) {
      const owner = await createUser();
      const visibility = isPrivate ? "private" : "public";
      const { id } = await admin.createProject(`${owner.username}/${name}`, { files, visibility });
      return { id, path: `${owner.username}/${name}`, defaultBranch: "main", owner };
    },
    async commit({ projectId, as, ...commit }) {
      const sha = await admin.commit(projectOf(double, projectId), { ...commit, user: accountOf(double, as) });
      await double.idle();
      return sha;
    },
    openMergeRequest: (request) => openMergeRequest(double, request),
    async merge({ projectId, iid }) {
      await call(double, ownerOf(double, projectId), "PUT", `/projects/${projectId}/merge_requests/${iid}/merge`);
      await double.idle();
    },
    async makeConflict(opened) {
      const project = projectOf(double, opened.projectId);
      const { targetBranch } = mergeRequestOf(double, opened);
      const user = accountOf(double, ownerOf(double, project.id));
      const files = { [CHANGED]: "conflict\n" };
      await admin.commit(project, { branch: targetBranch, message: "Conflict\n", files, user });
      await double.idle();
    },
    async deleteProject(projectId) {
      admin.deleteProject(projectOf(double, projectId));
    },
    async comment({ projectId, iid }, as, body) {
      const path = `/projects/${projectId}/merge_requests/${iid}/notes`;
      return (await call<{ id: number }>(double, as, "POST", path, { body })).id;
    },
    async reactions(opened, noteId) {
      const note = view.notes(mergeRequestOf(double, opened)).find(({ id }) => id === noteId);
      return note?.emoji.map(({ name }) => name) ?? [];
    },
    async setRole(projectId, user, role) {
      admin.addMember(projectOf(double, projectId), accountOf(double, user), ROLES[role]);
    },
    async statuses(projectId, sha) {
      const path = `/projects/${projectId}/repository/commits/${sha}/statuses?all=true&per_page=100`;
      const rows = await call<readonly Record<string, string>[]>(double, ownerOf(double, projectId), "GET", path);
      return rows.map(({ name = "", status = "", description = "", target_url = "" }) => ({
        context: name,
        state: status,
        description,
        targetUrl: target_url,
      }));
    },
    resolveRef: async (projectId, ref) => view.refs(projectOf(double, projectId)).get(ref),
    idle: () => double.idle(),
    failNext({ method, status, headers = {}, times }) {
      double.faults.answer({ method, path: /^\/api\//, times }, { status, text: `${status}\n`, headers });
    },
    clearFailures: () => double.faults.clear(),
    countRequests: (method) => double.logs.requests.filter((request) => request.method === method).length,
    async close() {
      await double.close();
      await rm(directory, { recursive: true, force: true });
    },
  };
}

/** The file that every merge request of the suite changes. */
const CHANGED = "changed.txt";

async function openMergeRequest(double: GitLabDouble, request: WorldMergeRequest): Promise<OpenedMergeRequest> {
  const { project, as, sourceBranch = "change", title = "A change", draft = false } = request;
  const parent = projectOf(double, project.id);
  const own = () => double.view.forks(parent).find(({ creatorId }) => creatorId === as.id);
  if (!own()) await call(double, as, "POST", `/projects/${project.id}/fork`, {});
  await double.idle();
  const fork = own();
  if (!fork) throw new Error("the fork is missing");
  if (!double.view.branches(fork)[sourceBranch]) {
    const commit = { branch: sourceBranch, message: `${title}\n`, files: { [CHANGED]: `${sourceBranch}\n` } };
    await double.admin.commit(fork, { ...commit, user: accountOf(double, as) });
  }
  const { iid, sha } = await call<MergeRequest>(double, as, "POST", `/projects/${fork.id}/merge_requests`, {
    source_branch: sourceBranch,
    target_branch: request.targetBranch ?? project.defaultBranch,
    target_project_id: project.id,
    title: draft ? `Draft: ${title}` : title,
    description: request.description === undefined ? "A text." : request.description,
  });
  await double.idle();
  return { projectId: project.id, iid, sourceProjectId: fork.id, head: sha };
}

/** Asks the double's API as somebody, and expects success. */
async function call<T>(double: GitLabDouble, as: User, method: string, path: string, body?: object): Promise<T> {
  const token = `glpat-${as.username}`;
  const answer = await double.request(method, path, { token, ...(body === undefined ? {} : { body }) });
  if (answer.status >= 300) throw new Error(`${method} ${path}: ${answer.status} ${JSON.stringify(answer.body)}`);
  return answer.body as T;
}

function userOf({ id, username, name }: Account): User {
  return { id, username, name };
}

function accountOf(double: GitLabDouble, { username }: User): Account {
  const found = double.view.user(username);
  if (!found) throw new Error(`there is no user ${username}`);
  return found;
}

/** Whoever created the project. */
function ownerOf(double: GitLabDouble, projectId: number): User {
  const path = double.view.pathOf(projectOf(double, projectId));
  const found = double.view.user(path.slice(0, path.indexOf("/")));
  if (!found) throw new Error(`${path} has no owner`);
  return userOf(found);
}

function projectOf(double: GitLabDouble, id: number): Project {
  const found = double.view.project(id);
  if (!found) throw new Error(`there is no project ${id}`);
  return found;
}

function mergeRequestOf(double: GitLabDouble, { projectId, iid }: OpenedMergeRequest): MergeRequest {
  const found = double.view.mergeRequests(projectOf(double, projectId)).find((each) => each.iid === iid);
  if (!found) throw new Error(`there is no merge request ${iid}`);
  return found;
}

// The world of the contract suite on the GitHub double.
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { User } from "../../../src/forge/forge.ts";
import { createGitHubForge } from "../../../src/forge/github/github-forge.ts";
import { type GitHubDouble, startGitHubDouble } from "../../github-double/github-double.ts";
import type { User as Account } from "../../github-double/world.ts";
import { transportOptions } from "../transport-options.ts";
import type { ForgeWorld } from "./world.ts";

const ROLES = { reporter: "read", developer: "write" } as const;

/** The contract's world with what only GitHub has. */
export interface GitHubWorld extends ForgeWorld {
  readonly double: GitHubDouble;
}

/** Starts a double with a bot that may push nowhere. */
export async function openGitHubWorld(): Promise<GitHubWorld> {
  const directory = await mkdtemp(join(tmpdir(), "tandem-contract-"));
  const double = await startGitHubDouble({ dataDir: directory });
  const { admin, world } = double;
  const bot = admin.createUser("tandem-bot", { name: "Tandem" });
  const forgeWithToken = (token: string) => createGitHubForge({ ...transportOptions(token), apiUrl: double.apiUrl });
  let made = 0;
  const createUser = async () => userOf(admin.createUser(`user${++made}`, { name: `User ${made}` }).user);
  const accountOf = ({ username }: User): Account => {
    const found = world.users.get(username);
    if (!found) throw new Error(`there is no user ${username}`);
    return found;
  };
  const pullOf = (projectId: number, iid: number) => {
    const found = world.pull(projectId, iid);
    if (!found) throw new Error(`there is no pull request ${iid}`);
    return found;
  };
  return {
    double,
    forge: forgeWithToken(bot.token),
    bot: userOf(bot.user),
    forgeWithToken,
    createUser,
    async createProject({ files, name = `pkg${++made}`, isPrivate = false }) {
      const owner = await createUser();
      const path = `${owner.username}/${name}`;
      const { id, defaultBranch } = await admin.createRepository(path, { files, private: isPrivate });
      return { id, path, defaultBranch, owner };
    },
    commit: ({ projectId, as, ...commit }) =>
      admin.commit(world.repositoryOf(projectId), { ...commit, user: accountOf(as) }),
    async openMergeRequest({ project, as, sourceBranch = "change", targetBranch, description, ...more }) {
      const pull = await admin.openPullRequest(world.repositoryOf(project.id), {
        user: accountOf(as),
        branch: sourceBranch,
        ...(targetBranch === undefined ? {} : { base: targetBranch }),
        ...(description === undefined ? {} : { body: description }),
        ...more,
      });
      const { number, head, headSha } = pull;
      return { projectId: project.id, iid: number, sourceProjectId: head.repositoryId, head: headSha };
    },
    async merge({ projectId, iid }) {
      const { owner } = world.repositoryOf(projectId);
      await admin.call(owner, "PUT", `/repositories/${projectId}/pulls/${iid}/merge`);
    },
    async makeConflict({ projectId, iid }) {
      const repository = world.repositoryOf(projectId);
      const branch = pullOf(projectId, iid).base;
      await admin.commit(repository, { branch, files: { "changed.txt": "conflict\n" }, user: repository.owner });
    },
    async deleteProject(projectId) {
      admin.deleteRepository(world.repositoryOf(projectId));
    },
    async comment({ projectId, iid }, as, body) {
      const path = `/repositories/${projectId}/issues/${iid}/comments`;
      return ((await admin.call(accountOf(as), "POST", path, { body })) as { id: number }).id;
    },
    async reactions(_, noteId) {
      const comment = world.comments.find(({ id }) => id === noteId);
      return comment?.reactions.map(({ content }) => content) ?? [];
    },
    async setRole(projectId, user, role) {
      admin.addCollaborator(world.repositoryOf(projectId), accountOf(user), ROLES[role]);
    },
    async statuses(projectId, sha) {
      return world.statuses
        .filter((each) => each.repositoryId === projectId && each.sha === sha)
        .map(({ context, state, description, targetUrl }) => ({
          context,
          state,
          description: description ?? "",
          targetUrl: targetUrl ?? "",
        }));
    },
    resolveRef: async (projectId, ref) => world.repositoryOf(projectId).git.refs.get(ref),
    idle: () => double.idle(),
    failNext({ method, times, ...answer }) {
      double.faults.answer({ method, path: /^\/api\//, times }, answer);
    },
    clearFailures: () => double.faults.clear(),
    countRequests: (method) => double.requests.filter((request) => request.method === method).length,
    async close() {
      await double.close();
      await rm(directory, { recursive: true, force: true });
    },
  };
}

function userOf({ id, login, name }: Account): User {
  return { id, username: login, name };
}

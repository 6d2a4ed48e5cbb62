// The forge port on GitHub's REST API, through Octokit with our own transport. Source-git only: dist-git is on GitLab.
import type { Forge } from "../forge.ts";
import { refusalOf, unless } from "../http/answers.ts";
import { remember } from "../remember.ts";
import { askForAll, NOT_THERE, parse } from "./answers.ts";
import { setCommitStatus } from "./commit-status.ts";
import { listMergeRequests, listProjects } from "./lists.ts";
import {
  createMergeRequest,
  findMergeRequests,
  findOpenMergeRequests,
  readMergeRequest,
  updateMergeRequest,
} from "./pull-requests.ts";
import { createFork, findOwnFork, readProject } from "./repositories.ts";
import { branchSchema, commentSchema, commitSchema, contentSchema, permissionSchema, userSchema } from "./schemas.ts";
import { toCommit, toHead, toNote, toUser } from "./translate.ts";
import { type ClientOptions, createClient } from "./transport.ts";

export type GitHubOptions = ClientOptions;

/** "Git Repository is empty." */
const EMPTY = 409;
/** Permissions that let somebody push. */
const MAY_PUSH = ["write", "maintain", "admin"];
/** GitHub tells permissions only to those who may push (403). Where the bot may not, nobody is known to be a member. */
const MAY_NOT_KNOW: readonly number[] = [...NOT_THERE, 403];
/** Whoever may not react stays silent: it is a courtesy. 404: the comment was removed. */
const NO_REACTION: readonly number[] = [403, 404, 410, 422];

/**
 * Makes the forge port for GitHub. Cheap: one is made for each job, so that a job's signal ends its calls. It asks once
 * for its own account and for a repository that is ready; everything else is read anew whenever it is asked for.
 */
export function createGitHubForge(options: GitHubOptions): Forge {
  const ask = createClient(options);
  const deps = { ask, clock: options.clock };
  const account = remember(
    async (_: "me") => toUser(parse(userSchema, await ask("GET /user"))),
    () => true,
  );
  const readAnyProject = remember(
    (idOrPath: number | string) => readProject(deps, idOrPath),
    (project) => project?.state === "ready",
    (project) => (project ? [project.id, project.path] : []),
  );
  return {
    whoAmI: () => account("me"),
    readProject: readAnyProject,
    readMergeRequest: (projectId, iid) => readMergeRequest(ask, projectId, iid),
    findMergeRequests: (projectId, filter) => findMergeRequests(ask, projectId, filter),
    findOpenMergeRequests: (projectId, targetBranch) => findOpenMergeRequests(ask, projectId, targetBranch),
    listMergeRequests: (place, since) => listMergeRequests({ ask, readProject: readAnyProject }, place, since),
    listProjects: (place, since) => listProjects({ ask, readProject: readAnyProject }, place, since),
    createMergeRequest: (request) => createMergeRequest(ask, request),
    updateMergeRequest: (projectId, iid, change) => updateMergeRequest(ask, projectId, iid, change),
    findOwnFork: (parent, owner) => findOwnFork(deps, parent, owner),
    createFork: (parent, owner) => createFork(deps, parent, owner),
    async readBranch(id, branch) {
      const answer = await unless(
        [...NOT_THERE, EMPTY],
        ask("GET /repositories/{id}/branches/{branch}", { id, branch }),
      );
      const found = answer === undefined ? undefined : parse(branchSchema, answer);
      // GitHub redirects from a renamed branch to its new name, which is not what was asked for.
      return found?.name === branch ? toHead(found) : undefined;
    },
    async readCommit(id, sha) {
      const answer = await unless([...NOT_THERE, EMPTY], ask("GET /repositories/{id}/git/commits/{sha}", { id, sha }));
      return answer === undefined ? undefined : toCommit(parse(commitSchema, answer));
    },
    async hasFile(id, path, ref) {
      const headers = { accept: "application/vnd.github.object+json" };
      try {
        const route = "GET /repositories/{id}/contents/{path}";
        const answer = await unless(NOT_THERE, ask(route, { id, path, ref, headers }));
        return answer !== undefined && FILE_TYPES.includes(parse(contentSchema, answer).type);
      } catch (thrown) {
        // GitHub shows no file of more than 100 MB, and says so with 403.
        if (/too_large/.test(refusalOf(thrown)?.description ?? "")) return true;
        throw thrown;
      }
    },
    async findNotes(id, number) {
      const found = await askForAll(ask, commentSchema, "GET /repositories/{id}/issues/{number}/comments", {
        id,
        number,
      });
      return found.map(toNote).sort((one, other) => one.id - other.id);
    },
    createNote: async (id, number, body) =>
      toNote(parse(commentSchema, await ask("POST /repositories/{id}/issues/{number}/comments", { id, number, body }))),
    updateNote: async (id, _number, note, body) =>
      toNote(parse(commentSchema, await ask("PATCH /repositories/{id}/issues/comments/{note}", { id, note, body }))),
    async acknowledge(id, _number, note) {
      const route = "POST /repositories/{id}/issues/comments/{note}/reactions";
      await unless(NO_REACTION, ask(route, { id, note, content: "eyes" }));
    },
    async isMember(id, { id: userId, username }) {
      const route = "GET /repositories/{id}/collaborators/{username}/permission";
      const answer = await unless(MAY_NOT_KNOW, ask(route, { id, username }));
      if (answer === undefined) return false;
      const { permission, user } = parse(permissionSchema, answer);
      // A name can be given up and taken by somebody else.
      return MAY_PUSH.includes(permission) && user?.id === userId;
    },
    setCommitStatus: (projectId, sha, status) => setCommitStatus(ask, projectId, sha, status),
  };
}

const FILE_TYPES = ["file", "symlink"];

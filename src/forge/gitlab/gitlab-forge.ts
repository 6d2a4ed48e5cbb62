// The forge port on GitLab's API v4, through gitbeaker with our own transport.

import { createRequesterFn } from "@gitbeaker/requester-utils";
import {
  Branches,
  Commits,
  MergeRequestNotes,
  MergeRequests,
  Pipelines,
  Projects,
  RepositoryFiles,
  Users,
} from "@gitbeaker/rest";
import { z } from "zod";
import { TandemError } from "../../model/errors.ts";
import type { Forge, Pipeline } from "../forge.ts";
import { setCommitStatus } from "./commit-status.ts";
import { createFork, findOwnFork } from "./forks.ts";
import {
  branchSchema,
  commitSchema,
  mergeRequestSchema,
  noteSchema,
  pipelineSchema,
  projectSchema,
  userSchema,
} from "./schemas.ts";
import { toMergeRequest, toPipeline, toProject } from "./translate.ts";
import { createTransport, type TransportOptions } from "./transport.ts";

/** What the adapter needs beside the transport's options. */
export interface GitLabOptions extends TransportOptions {
  /** Base URL without a trailing slash, e.g. `https://gitlab.com`. */
  readonly url: string;
}

/** Makes the forge port for one GitLab. Cheap: one is made for each job, so that a job's signal ends its calls. */
export function createGitLabForge(options: GitLabOptions): Forge {
  const settings = {
    host: options.url,
    // gitbeaker asks for the token once per request; it never enters an error or a log from there.
    token: () => Promise.resolve(options.token.reveal()),
    requesterFn: createRequesterFn((_, request) => Promise.resolve(request), createTransport(options)),
    // The transport sets its own limit per call, and GitLab tells when there are too many.
    queryTimeout: null,
    rateLimits: {},
  };
  const users = new Users(settings);
  const projects = new Projects(settings);
  const mergeRequests = new MergeRequests(settings);
  const notes = new MergeRequestNotes(settings);
  const branches = new Branches(settings);
  const commits = new Commits(settings);
  const pipelines = new Pipelines(settings);
  const files = new RepositoryFiles(settings);

  return {
    whoAmI: async () => parse(userSchema, await users.showCurrentUser()),
    async readProject(idOrPath) {
      const answer = await orUndefined(projects.show(idOrPath));
      return answer && toProject(parse(projectSchema, answer));
    },
    async readMergeRequest(projectId, iid) {
      const answer = await orUndefined(mergeRequests.show(projectId, iid));
      return answer && toMergeRequest(parse(mergeRequestSchema, answer));
    },
    async findMergeRequests(projectId, { sourceBranch, authorId }) {
      const answer: unknown = await mergeRequests.all({
        projectId,
        sourceBranch,
        authorId,
        scope: "all",
        orderBy: "created_at",
        sort: "desc",
        perPage: 100,
      });
      return parse(z.array(mergeRequestSchema), answer).map(toMergeRequest);
    },
    async createMergeRequest({ sourceProjectId, sourceBranch, targetProjectId, targetBranch, title, description }) {
      const answer = await mergeRequests.create(sourceProjectId, sourceBranch, targetBranch, title, {
        targetProjectId,
        description,
        allowCollaboration: true,
        removeSourceBranch: true,
      });
      return toMergeRequest(parse(mergeRequestSchema, answer));
    },
    async updateMergeRequest(projectId, iid, { state, ...fields }) {
      const stateEvent = state && (state === "opened" ? ("reopen" as const) : ("close" as const));
      const answer = await mergeRequests.edit(projectId, iid, { ...fields, ...(stateEvent ? { stateEvent } : {}) });
      return toMergeRequest(parse(mergeRequestSchema, answer));
    },
    findOwnFork: (parent, owner) => findOwnFork(projects, parent, owner),
    createFork: (parent, owner) => createFork(projects, parent, owner),
    async readBranch(projectId, branch) {
      const answer = await orUndefined(branches.show(projectId, branch));
      if (!answer) return undefined;
      const { commit } = parse(branchSchema, answer);
      return { sha: commit.id, message: commit.message };
    },
    async readCommit(projectId, sha) {
      const answer = await orUndefined(commits.show(projectId, sha));
      if (!answer) return undefined;
      const commit = parse(commitSchema, answer);
      return { sha: commit.id, message: commit.message };
    },
    async hasFile(projectId, path, sha) {
      return (await orUndefined(files.show(projectId, path, sha))) !== undefined;
    },
    async findNotes(projectId, iid, authorId) {
      const answer: unknown = await notes.all(projectId, iid, { sort: "asc", orderBy: "created_at", perPage: 100 });
      return parse(z.array(noteSchema), answer)
        .filter((note) => !note.system && note.author?.id === authorId)
        .map(({ id, body }) => ({ id, body, authorId }));
    },
    async createNote(projectId, iid, body) {
      const note = parse(noteSchema, await notes.create(projectId, iid, body));
      return { id: note.id, body: note.body, authorId: note.author?.id ?? 0 };
    },
    async updateNote(projectId, iid, noteId, body) {
      await notes.edit(projectId, iid, noteId, { body });
    },
    async findPipelines(projectId, sha) {
      const newest = { sha, orderBy: "id", sort: "desc", perPage: 100, maxPages: 1 } as const;
      return toPipelines(await orUndefined(pipelines.all(projectId, newest), MAY_NOT_SEE));
    },
    async findMergeRequestPipelines(projectId, iid) {
      const newest = { perPage: 100, maxPages: 1 };
      return toPipelines(await orUndefined(mergeRequests.allPipelines(projectId, iid, newest), MAY_NOT_SEE));
    },
    setCommitStatus: (projectId, sha, status) => setCommitStatus(commits, projectId, sha, status),
  };
}

const NOT_THERE = ["forge-not-found"];
/** GitLab answers 403 where a project shows its pipelines to members only, or has CI switched off. */
const MAY_NOT_SEE = ["forge-not-found", "forge-forbidden"];

/** Reads something that may not be there. */
async function orUndefined<T>(answer: Promise<T>, codes: readonly string[] = NOT_THERE): Promise<T | undefined> {
  try {
    return await answer;
  } catch (thrown) {
    if (thrown instanceof TandemError && codes.includes(thrown.code)) return undefined;
    throw thrown;
  }
}

/** Newest first, without child pipelines. */
function toPipelines(answer: unknown): readonly Pipeline[] {
  return parse(z.array(pipelineSchema), answer ?? [])
    .filter((pipeline) => pipeline.source !== "parent_pipeline")
    .sort((one, other) => other.id - one.id)
    .map(toPipeline);
}

/** An answer of another shape than documented is the forge's failure, and may pass. */
function parse<T>(schema: z.ZodType<T>, answer: unknown): T {
  const parsed = schema.safeParse(answer);
  if (parsed.success) return parsed.data;
  throw new TandemError("upstream", `GitLab's answer has an unexpected shape: ${z.prettifyError(parsed.error)}`, {
    code: "forge-answer-broken",
  });
}

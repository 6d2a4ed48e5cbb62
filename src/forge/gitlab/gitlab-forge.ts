// The forge port on GitLab's API v4, through gitbeaker with our own transport.

import {
  Branches,
  Commits,
  Groups,
  Jobs,
  MergeRequestNoteAwardEmojis,
  MergeRequestNotes,
  MergeRequests,
  Pipelines,
  ProjectMembers,
  Projects,
  RepositoryFiles,
  Users,
} from "@gitbeaker/rest";
import { z } from "zod";
import { TandemError } from "../../model/errors.ts";
import type { DistForge, Project } from "../forge.ts";
import { unless } from "../http/answers.ts";
import { remember } from "../remember.ts";
import { MAY_NOT_SEE, NOT_THERE, parse } from "./answers.ts";
import { findChecks } from "./checks.ts";
import { setCommitStatus } from "./commit-status.ts";
import { createFork, findOwnFork } from "./forks.ts";
import { listBranches, listMergeRequests, listMergeRequestsBy, listProjects } from "./lists.ts";
import { findNotes } from "./notes.ts";
import { findMergeRequestPipelines, findPipelines } from "./pipelines.ts";
import {
  branchSchema,
  commitSchema,
  DEVELOPER,
  memberSchema,
  mergeRequestSchema,
  noteSchema,
  projectSchema,
  userSchema,
} from "./schemas.ts";
import { type GitLabOptions, gitlabSettings } from "./settings.ts";
import { mergeWhenChecksPass, startPipeline } from "./start-and-merge.ts";
import { toCommit, toMergeRequest, toNote, toProject } from "./translate.ts";

/** The reaction that GitLab calls so is 👀. */
const SEEN = "eyes";
/** 404 also says that the reaction is there already; whoever may not react stays silent: it is a courtesy. */
const NO_REACTION: readonly number[] = [400, 403, 404];

const mergeRequestList = z.array(mergeRequestSchema);

/**
 * Makes the forge port for one GitLab. Cheap: one is made for each job, so that a job's signal ends its calls. It asks
 * once for its own account and for a project that is ready; everything else is read anew whenever it is asked for.
 */
export function createGitLabForge(options: GitLabOptions): DistForge {
  const settings = gitlabSettings(options);
  const users = new Users(settings);
  const projects = new Projects(settings);
  const groups = new Groups(settings);
  const members = new ProjectMembers(settings);
  const mergeRequests = new MergeRequests(settings);
  const notes = new MergeRequestNotes(settings);
  const reactions = new MergeRequestNoteAwardEmojis(settings);
  const branches = new Branches(settings);
  const commits = new Commits(settings);
  const pipelines = new Pipelines(settings);
  const jobs = new Jobs(settings);
  const files = new RepositoryFiles(settings);

  const readAccount = async (_: "me") => parse(userSchema, await users.showCurrentUser());
  const readAnyProject = async (idOrPath: number | string): Promise<Project | undefined> => {
    const answer = await unless(NOT_THERE, projects.show(idOrPath));
    return answer && toProject(parse(projectSchema, answer));
  };
  const account = remember(readAccount, () => true);
  const findOpen = async (which: { projectId: number; targetBranch?: string; authorId?: number }) => {
    const oldestFirst = { scope: "all", orderBy: "created_at", sort: "asc", perPage: 100 } as const;
    const answer: unknown = await mergeRequests.all({ state: "opened", ...which, ...oldestFirst });
    return parse(mergeRequestList, answer).map(toMergeRequest);
  };

  return {
    whoAmI: () => account("me"),
    readProject: remember(
      readAnyProject,
      (project) => project?.state === "ready",
      (project) => (project ? [project.id, project.path] : []),
    ),
    async readMergeRequest(projectId, iid) {
      const answer = await unless(NOT_THERE, mergeRequests.show(projectId, iid));
      return answer && toMergeRequest(parse(mergeRequestSchema, answer));
    },
    async findMergeRequests(projectId, { sourceBranch, author }) {
      const newestFirst = { scope: "all", orderBy: "created_at", sort: "desc", perPage: 100 } as const;
      const answer: unknown = await mergeRequests.all({ projectId, sourceBranch, authorId: author.id, ...newestFirst });
      return parse(mergeRequestList, answer).map(toMergeRequest);
    },
    findOpenMergeRequests: (projectId, targetBranch) => findOpen({ projectId, targetBranch }),
    findOpenMergeRequestsBy: (projectId, author) => findOpen({ projectId, authorId: author.id }),
    listMergeRequests: (place, since) => listMergeRequests(mergeRequests, place, since),
    listProjects: (place, since) => listProjects({ groups, projects }, place, since),
    listMergeRequestsBy: (author, since) => listMergeRequestsBy(mergeRequests, author, since),
    listBranches: (projectId) => listBranches(branches, projectId),
    async createMergeRequest({ sourceProject, sourceBranch, targetProjectId, targetBranch, title, description }) {
      const answer = await mergeRequests.create(sourceProject.id, sourceBranch, targetBranch, title, {
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
      const answer = await unless(NOT_THERE, branches.show(projectId, branch));
      return answer && toCommit(parse(branchSchema, answer).commit);
    },
    async readCommit(projectId, sha) {
      const answer = await unless(NOT_THERE, commits.show(projectId, sha));
      return answer && toCommit(parse(commitSchema, answer));
    },
    async hasFile(projectId, path, sha) {
      try {
        return (await unless(NOT_THERE, files.show(projectId, path, sha))) !== undefined;
      } catch (thrown) {
        // GitLab sends the content, too; what is too large to be sent is there.
        if (isTooLarge(thrown)) return true;
        throw thrown;
      }
    },
    findNotes: (projectId, iid) => findNotes(notes, projectId, iid),
    createNote: async (projectId, iid, body) => toNote(parse(noteSchema, await notes.create(projectId, iid, body))),
    updateNote: async (projectId, iid, noteId, body) =>
      toNote(parse(noteSchema, await notes.edit(projectId, iid, noteId, { body }))),
    async acknowledge(projectId, iid, noteId) {
      await unless(NO_REACTION, reactions.award(projectId, iid, noteId, SEEN));
    },
    async isMember(projectId, user) {
      const answer: unknown = await unless(NOT_THERE, members.show(projectId, user.id, { includeInherited: true }));
      return answer !== undefined && parse(memberSchema, answer).access_level >= DEVELOPER;
    },
    setCommitStatus: (projectId, sha, status) => setCommitStatus(commits, projectId, sha, status),
    findPipelines: (projectId, sha) => findPipelines(pipelines, projectId, sha),
    findMergeRequestPipelines: (projectId, iid) => findMergeRequestPipelines(mergeRequests, projectId, iid),
    findChecks: (pipeline) => findChecks({ jobs, commits }, pipeline),
    async findMergeRequestsOfCommit(projectId, sha) {
      const all = { perPage: 100, maxPages: 1 };
      const answer: unknown = await unless(MAY_NOT_SEE, commits.allMergeRequests(projectId, sha, all));
      return parse(mergeRequestList, answer ?? [])
        .filter((mergeRequest) => mergeRequest.project_id === projectId)
        .sort((one, other) => other.iid - one.iid)
        .map(toMergeRequest);
    },
    startPipeline: (mergeRequest) => startPipeline(mergeRequests, pipelines, mergeRequest),
    mergeWhenChecksPass: (projectId, iid, head) => mergeWhenChecksPass(mergeRequests, projectId, iid, head),
  };
}

function isTooLarge(thrown: unknown): boolean {
  return thrown instanceof TandemError && thrown.code === "forge-answer-too-large";
}

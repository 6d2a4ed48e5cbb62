// The port to a forge, named for what Tandem needs. Adapters translate; no vendor type leaves them.
// Every method may throw a TandemError of kind rate-limit, upstream, auth, user (permission) or stale.
import type { Sha } from "../model/ids.ts";

/** A user account of the forge. */
export interface User {
  readonly id: number;
  readonly username: string;
  readonly name: string;
}

/** A project (repository with merge requests). */
export interface Project {
  readonly id: number;
  /** Full path with namespace, e.g. `group/src/pkg`. */
  readonly path: string;
  readonly webUrl: string;
  /** Clone URL over HTTP(S), without credentials. */
  readonly httpUrl: string;
  /** Id of the project that this one was forked from. */
  readonly forkedFromId: number | undefined;
  /** A fork is made asynchronously: it can be used when it is `ready`. */
  readonly state: "ready" | "importing" | "failed";
}

export type MergeRequestState = "opened" | "closed" | "merged" | "locked";

/** A merge request as read from the forge. */
export interface MergeRequest {
  /** Target project. */
  readonly projectId: number;
  readonly iid: number;
  readonly state: MergeRequestState;
  readonly draft: boolean;
  readonly title: string;
  /** Empty when there is none. */
  readonly description: string;
  readonly webUrl: string;
  readonly author: User;
  readonly sourceBranch: string;
  readonly targetBranch: string;
  /** Undefined when the source project was deleted. */
  readonly sourceProjectId: number | undefined;
  /** Head commit; undefined while the forge still prepares a new merge request. */
  readonly head: Sha | undefined;
}

/** A comment on a merge request. */
export interface Note {
  readonly id: number;
  readonly authorId: number;
  readonly body: string;
}

/** A commit as the forge's API shows it. */
export interface ForgeCommit {
  readonly sha: Sha;
  /** Full message. */
  readonly message: string;
}

/** States of a pipeline, reduced to those that matter to people. An unknown state counts as `pending`. */
export type PipelineState = "pending" | "running" | "success" | "failed";

/** A CI pipeline. */
export interface Pipeline {
  readonly id: number;
  readonly projectId: number;
  readonly sha: Sha;
  readonly ref: string;
  readonly state: PipelineState;
  /** The state in the forge's own word, e.g. `waiting_for_resource`. */
  readonly stateName: string;
  readonly webUrl: string;
}

/** A commit status to be set. */
export interface CommitStatus {
  readonly context: string;
  readonly state: PipelineState;
  /** At most 140 characters are shown. */
  readonly description: string;
  readonly targetUrl: string;
  /** Branch or tag for which the status counts; needed where the commit is on no branch of the project. */
  readonly ref?: string;
}

/** What happened to a commit status. `denied`: the bot may not set one there (403, 404). */
export type StatusResult = "set" | "unchanged" | "denied";

/** The operations of a forge that Tandem uses. */
export interface Forge {
  /** The bot's own account. */
  whoAmI(): Promise<User>;
  /** Undefined when there is no such project, or the bot may not see it. */
  readProject(idOrPath: number | string): Promise<Project | undefined>;
  /** Undefined when there is no such merge request. */
  readMergeRequest(projectId: number, iid: number): Promise<MergeRequest | undefined>;
  /** The merge requests into a project from branches of this name by this author, newest first, in any state. */
  findMergeRequests(
    projectId: number,
    filter: { readonly sourceBranch: string; readonly authorId: number },
  ): Promise<readonly MergeRequest[]>;
  createMergeRequest(request: NewMergeRequest): Promise<MergeRequest>;
  updateMergeRequest(projectId: number, iid: number, change: MergeRequestChange): Promise<MergeRequest>;
  /** The bot's own fork of a project, recognised by what it was forked from. Undefined when there is none. */
  findOwnFork(parent: Project, owner: User): Promise<Project | undefined>;
  /** Asks for a fork in the bot's namespace. It becomes ready asynchronously. The name may differ from the parent's. */
  createFork(parent: Project, owner: User): Promise<Project>;
  /** Head of a branch. Undefined when there is no such branch. */
  readBranch(projectId: number, branch: string): Promise<ForgeCommit | undefined>;
  /** Undefined when the project has no such commit. */
  readCommit(projectId: number, sha: Sha): Promise<ForgeCommit | undefined>;
  /** Whether a file exists at a commit that the project has, also if only a merge request brought it there. */
  hasFile(projectId: number, path: string, sha: Sha): Promise<boolean>;
  /** All comments of a merge request by this author, oldest first. */
  findNotes(projectId: number, iid: number, authorId: number): Promise<readonly Note[]>;
  createNote(projectId: number, iid: number, body: string): Promise<Note>;
  updateNote(projectId: number, iid: number, noteId: number, body: string): Promise<void>;
  /** Pipelines of a commit in a project, newest first, 100 at most, no child pipelines. None where the bot sees none. */
  findPipelines(projectId: number, sha: Sha): Promise<readonly Pipeline[]>;
  /** The same of a merge request, wherever they run: in its project or in the fork. */
  findMergeRequestPipelines(projectId: number, iid: number): Promise<readonly Pipeline[]>;
  setCommitStatus(projectId: number, sha: Sha, status: CommitStatus): Promise<StatusResult>;
}

/** A merge request to be opened from a fork. */
export interface NewMergeRequest {
  readonly sourceProjectId: number;
  readonly sourceBranch: string;
  readonly targetProjectId: number;
  readonly targetBranch: string;
  readonly title: string;
  readonly description: string;
}

/** What is to be changed; what is absent stays. */
export interface MergeRequestChange {
  readonly title?: string;
  readonly description?: string;
  readonly targetBranch?: string;
  readonly state?: "opened" | "closed";
}

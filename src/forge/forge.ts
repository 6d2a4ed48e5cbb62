// The port to a forge, named for what Tandem needs. Adapters translate; no vendor type leaves them.
// Every method may throw a TandemError of kind rate-limit, upstream, auth, user (permission) or stale.
import type { ForgeName, Sha } from "../model/ids.ts";
import type { Place } from "../model/place.ts";

/** A user account of the forge. */
export interface User {
  readonly id: number;
  readonly username: string;
  readonly name: string;
}

/** A project (repository with merge requests). */
export interface Project {
  readonly forge: ForgeName;
  readonly id: number;
  /** Full path with namespace, e.g. `group/src/pkg`. */
  readonly path: string;
  readonly webUrl: string;
  /** Clone URL over HTTP(S), without credentials. */
  readonly httpUrl: string;
  /** Id of the project that this one was forked from. */
  readonly forkedFromId: number | undefined;
  /** Whether anybody may see it and its merge requests, also without an account. */
  readonly isPublic: boolean;
  /** A fork is made asynchronously: it can be used when it is `ready`. */
  readonly state: "ready" | "importing" | "failed";
}

export type MergeRequestState = "opened" | "closed" | "merged" | "locked";

/** A merge request as read from the forge. */
export interface MergeRequest {
  readonly forge: ForgeName;
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
  /** Milliseconds since the epoch, by the forge's clock. */
  readonly createdAt: number;
  readonly sourceBranch: string;
  readonly targetBranch: string;
  /** Undefined when the source project was deleted. */
  readonly sourceProjectId: number | undefined;
  /** Head commit; undefined while the forge still prepares a new merge request. */
  readonly head: Sha | undefined;
  /** The ref of the target project under which git finds the head, e.g. `refs/merge-requests/5/head`. */
  readonly headRef: string;
  /** Whether the forge says that it cannot be merged as it stands. It finds that out some time after a change. */
  readonly hasConflicts: boolean;
  /** Whether the forge merges it by itself when its checks pass. */
  readonly autoMerge: boolean;
  /** Number of comments by people and bots. */
  readonly noteCount: number;
}

/** A merge request as a list tells of it: enough to know whether somebody should look at it. */
export interface ListedMergeRequest {
  readonly forge: ForgeName;
  /** Target project, with its full path. */
  readonly projectId: number;
  readonly projectPath: string;
  readonly iid: number;
  readonly state: MergeRequestState;
  readonly authorId: number;
  /** Empty when there is none. */
  readonly description: string;
  /** Milliseconds since the epoch, by the forge's clock. A pipeline that ends does not change it. */
  readonly updatedAt: number;
}

/** A project as a list tells of it. */
export interface ListedProject {
  readonly id: number;
  readonly path: string;
}

/** A comment on a merge request. */
export interface Note {
  /** Grows: a later comment has a higher id. */
  readonly id: number;
  readonly author: User;
  readonly body: string;
  /** Milliseconds since the epoch, by the forge's clock. */
  readonly createdAt: number;
  readonly updatedAt: number;
}

/** A commit as the forge's API shows it. */
export interface ForgeCommit {
  readonly sha: Sha;
  readonly parents: readonly Sha[];
  /** Full message. */
  readonly message: string;
  readonly committerEmail: string;
}

/** States of a pipeline, reduced to those that matter to people. An unknown state counts as `pending`. */
export type PipelineState = "pending" | "running" | "success" | "failed";

/** A CI pipeline. */
export interface Pipeline {
  /** Grows: a later pipeline has a higher id, in whatever project it runs. */
  readonly id: number;
  readonly projectId: number;
  readonly sha: Sha;
  readonly ref: string;
  /** `external`: another system reports its results as commit statuses (e.g. Zuul). */
  readonly kind: "ci" | "external";
  /** Milliseconds since the epoch, by the forge's clock. */
  readonly createdAt: number;
  readonly state: PipelineState;
  /** The state in the forge's own word, e.g. `waiting_for_resource`. */
  readonly stateName: string;
  readonly webUrl: string;
}

/** One check of a pipeline: a CI job, a child pipeline, or the status that another system reported. */
export interface Check {
  readonly name: string;
  readonly state: PipelineState;
  /** In the forge's own word. */
  readonly stateName: string;
  /** Its failure does not fail the pipeline. */
  readonly allowFailure: boolean;
  /** How long it ran, in seconds; undefined when it did not, or when nobody says. */
  readonly seconds: number | undefined;
  /** Undefined when there is no page. */
  readonly webUrl: string | undefined;
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

/** The operations of a forge on which source-git or dist-git is. */
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
    filter: { readonly sourceBranch: string; readonly author: User },
  ): Promise<readonly MergeRequest[]>;
  /** The open merge requests into a branch of a project, oldest first. */
  findOpenMergeRequests(projectId: number, targetBranch: string): Promise<readonly MergeRequest[]>;
  /**
   * The merge requests into the projects of a place, oldest first: the open ones, or with a time those in any state that
   * changed since. Throws kind `user`, code `place-missing`, when there is no such place or the bot may not see it.
   * @param since milliseconds since the epoch, by the forge's clock
   */
  listMergeRequests(place: Place, since?: number): Promise<readonly ListedMergeRequest[]>;
  /**
   * The projects of a place; with a time those in which something happened since, as far as the forge keeps track of it
   * (GitLab notes one push an hour). Throws as `listMergeRequests`.
   */
  listProjects(place: Place, since?: number): Promise<readonly ListedProject[]>;
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
  /** All comments of a merge request by anybody, oldest first, without what the forge itself notes down. */
  findNotes(projectId: number, iid: number): Promise<readonly Note[]>;
  createNote(projectId: number, iid: number, body: string): Promise<Note>;
  updateNote(projectId: number, iid: number, noteId: number, body: string): Promise<Note>;
  /** Shows on a comment that the bot has seen it (👀). Doing it again changes nothing. */
  acknowledge(projectId: number, iid: number, noteId: number): Promise<void>;
  /** Whether somebody has at least the role Developer (GitHub: may push) in a project. */
  isMember(projectId: number, user: User): Promise<boolean>;
  setCommitStatus(projectId: number, sha: Sha, status: CommitStatus): Promise<StatusResult>;
}

/** The operations of the forge on which dist-git is: it also runs the checks. */
export interface DistForge extends Forge {
  /** The open merge requests of this author into a project, whatever their branches, oldest first. */
  findOpenMergeRequestsBy(projectId: number, author: User): Promise<readonly MergeRequest[]>;
  /** The merge requests of this author wherever they are, oldest first: open ones, or those that changed since a time. */
  listMergeRequestsBy(author: User, since?: number): Promise<readonly ListedMergeRequest[]>;
  /** Names of all branches of a project. */
  listBranches(projectId: number): Promise<readonly string[]>;
  /** Pipelines of a commit in a project, newest first, 100 at most, no child pipelines. None where the bot sees none. */
  findPipelines(projectId: number, sha: Sha): Promise<readonly Pipeline[]>;
  /** The same of a merge request, wherever they run: in its project or in the fork. */
  findMergeRequestPipelines(projectId: number, iid: number): Promise<readonly Pipeline[]>;
  /** The newest run of each check of a pipeline, child pipelines included, in the order in which they run; 100 at most. */
  findChecks(pipeline: Pipeline): Promise<readonly Check[]>;
  /** The merge requests into a project that hold a commit, newest first. */
  findMergeRequestsOfCommit(projectId: number, sha: Sha): Promise<readonly MergeRequest[]>;
  /**
   * Starts a new pipeline for a merge request: one of the merge request, or where the project has none, one of its branch.
   * `refused`: the bot may not start any, or nothing would run.
   */
  startPipeline(mergeRequest: MergeRequest): Promise<"started" | "refused">;
  /**
   * Lets the forge merge a merge request when its checks pass, at once when they have, provided that its head is still
   * this. `refused`: the bot may not, or the merge request is a draft or has conflicts.
   */
  mergeWhenChecksPass(projectId: number, iid: number, head: Sha): Promise<"accepted" | "refused">;
}

/** A merge request to be opened from a fork. */
export interface NewMergeRequest {
  readonly sourceProject: Pick<Project, "id" | "path">;
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

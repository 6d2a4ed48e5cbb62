// What the contract suite needs of a forge's double, said without any vendor's words. Each double has one of these.
import type { Forge, User } from "../../../src/forge/forge.ts";

/** A project of its own for each test. */
export interface WorldProject {
  readonly id: number;
  /** Full path, e.g. `owner/name`. */
  readonly path: string;
  readonly defaultBranch: string;
  /** Whose namespace it is in. */
  readonly owner: User;
}

/** A commit as if somebody pushed it. */
export interface WorldCommit {
  readonly projectId: number;
  /** Created at the default branch's head when there is none. */
  readonly branch: string;
  readonly message: string;
  readonly files: Readonly<Record<string, string>>;
  readonly as: User;
}

/** A merge request that somebody opens from a fork of their own. What is absent gets a sensible value. */
export interface WorldMergeRequest {
  readonly project: WorldProject;
  readonly as: User;
  /** Made in the fork with one commit, when it is not there yet. */
  readonly sourceBranch?: string;
  readonly targetBranch?: string;
  readonly title?: string;
  /** Null: the forge has no text at all. */
  readonly description?: string | null;
  readonly draft?: boolean;
}

/** A merge request by project and number, with the fork and the head it was opened with. */
export interface OpenedMergeRequest {
  readonly projectId: number;
  readonly iid: number;
  readonly sourceProjectId: number;
  readonly head: string;
}

/** A commit status as the forge keeps it. */
export interface WorldStatus {
  readonly context: string;
  /** In the forge's own word. */
  readonly state: string;
  readonly description: string;
  readonly targetUrl: string;
}

/** An answer that the double gives instead of its own; the request has no effect. */
export interface WorldFailure {
  readonly method: "GET" | "POST";
  readonly status: number;
  readonly headers?: Readonly<Record<string, string>>;
  /** How many requests fail so. */
  readonly times: number;
}

/** A running double, seen from the contract suite. */
export interface ForgeWorld {
  /** The adapter, with the bot's token. The bot has no role anywhere unless a test gives it one. */
  readonly forge: Forge;
  readonly bot: User;
  /** The adapter with another token. */
  forgeWithToken(token: string): Forge;
  /** A new account, not a member of anything. */
  createUser(): Promise<User>;
  /** A project with these files on its default branch, public unless it is private. The name is made up unless given. */
  createProject(options: {
    readonly files: Readonly<Record<string, string>>;
    readonly name?: string;
    readonly isPrivate?: boolean;
  }): Promise<WorldProject>;
  commit(commit: WorldCommit): Promise<string>;
  openMergeRequest(request: WorldMergeRequest): Promise<OpenedMergeRequest>;
  /** Merges as the project's owner. */
  merge(mergeRequest: OpenedMergeRequest): Promise<void>;
  /** Changes the target branch so that it cannot be merged, and waits until the forge knows. */
  makeConflict(mergeRequest: OpenedMergeRequest): Promise<void>;
  deleteProject(projectId: number): Promise<void>;
  /** Writes a comment and returns its id. */
  comment(mergeRequest: OpenedMergeRequest, as: User, body: string): Promise<number>;
  /** Names of the reactions on a comment, one for each account. 👀 is `eyes`. */
  reactions(mergeRequest: OpenedMergeRequest, noteId: number): Promise<readonly string[]>;
  /** GitHub: read access, and write access. */
  setRole(projectId: number, user: User, role: "reporter" | "developer"): Promise<void>;
  /** All statuses of a commit, also replaced ones, oldest first. */
  statuses(projectId: number, sha: string): Promise<readonly WorldStatus[]>;
  /** What git finds under a ref of a project. */
  resolveRef(projectId: number, ref: string): Promise<string | undefined>;
  /** Resolves when nothing is under way, e.g. a fork that is being made. */
  idle(): Promise<void>;
  failNext(failure: WorldFailure): void;
  /** Ends all failures. Called after each test. */
  clearFailures(): void;
  /** Requests to the API so far. */
  countRequests(method: "GET" | "POST"): number;
  close(): Promise<void>;
}

/** Gives a suite access to its world, which exists only while tests run. */
export type WorldOf = () => ForgeWorld;

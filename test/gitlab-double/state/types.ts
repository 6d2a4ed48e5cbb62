// The things a GitLab keeps, as the double holds them in memory. Plain data; fields that change in life are mutable.

/** GitLab's access levels: 10 Guest, 20 Reporter, 30 Developer, 40 Maintainer, 50 Owner. */
export type AccessLevel = 10 | 20 | 30 | 40 | 50;

export type Visibility = "private" | "internal" | "public";

export interface User {
  readonly id: number;
  readonly username: string;
  readonly name: string;
  readonly email: string;
  readonly admin: boolean;
  readonly bot: boolean;
  readonly createdAt: string;
}

export interface Token {
  readonly id: number;
  readonly value: string;
  readonly userId: number;
  readonly name: string;
  readonly scopes: readonly string[];
  readonly createdAt: string;
  /** Plain date, or null for a token without an end. */
  readonly expiresAt: string | null;
  revoked: boolean;
}

export interface Namespace {
  readonly id: number;
  readonly kind: "group" | "user";
  readonly name: string;
  path: string;
  fullPath: string;
  readonly parentId: number | null;
  readonly ownerId: number | null;
  readonly visibility: Visibility;
  readonly createdAt: string;
  /** Free groups have no group hooks. */
  plan: "free" | "premium" | "ultimate";
}

export interface ProtectedBranch {
  readonly id: number;
  /** Branch name; `*` is a wildcard. */
  readonly name: string;
  /** Lowest level that may push; 0 is nobody. */
  readonly pushLevel: AccessLevel | 0;
  readonly mergeLevel: AccessLevel | 0;
  readonly allowForcePush: boolean;
}

export type ImportStatus = "none" | "scheduled" | "started" | "finished" | "failed";

export interface Project {
  readonly id: number;
  readonly namespaceId: number;
  readonly creatorId: number;
  readonly createdAt: string;
  readonly forkedFromId: number | null;
  name: string;
  path: string;
  description: string | null;
  visibility: Visibility;
  defaultBranch: string | null;
  importStatus: ImportStatus;
  importError: string | null;
  mergeMethod: "merge" | "ff";
  /** GitLab's `ci_allow_fork_pipelines_to_run_in_parent_project`. */
  forksRunInParent: boolean;
  lastActivityAt: string;
  protectedBranches: ProtectedBranch[];
  lastMergeRequestIid: number;
  lastPipelineIid: number;
}

export type MergeRequestState = "opened" | "closed" | "merged" | "locked";

export interface MergeRequest {
  readonly id: number;
  readonly iid: number;
  /** The target project: iid and permissions belong to it. */
  readonly projectId: number;
  readonly sourceProjectId: number;
  readonly sourceBranch: string;
  readonly authorId: number;
  readonly createdAt: string;
  targetBranch: string;
  title: string;
  description: string | null;
  state: MergeRequestState;
  /** Head commit. Not updated while the merge request is closed. */
  sha: string;
  /** Every commit that was its head, the present one included. */
  readonly heads: Set<string>;
  /** Merge base with the target branch when the head was last looked at; null when there is none. */
  baseSha: string | null;
  labels: string[];
  assigneeIds: number[];
  reviewerIds: number[];
  approvedBy: { readonly userId: number; readonly at: string }[];
  updatedAt: string;
  lastEditedAt: string | null;
  lastEditedById: number | null;
  mergedAt: string | null;
  mergedById: number | null;
  mergeCommitSha: string | null;
  closedAt: string | null;
  closedById: number | null;
  allowCollaboration: boolean;
  removeSourceBranch: boolean;
  squash: boolean;
  /** Set to merge when the checks pass: by whom, and for which head. */
  autoMerge: { readonly userId: number; readonly sha: string } | null;
  /** Reads that still answer without a sha (switch `slowMergeRequests`). */
  slowReadsLeft: number;
}

export interface AwardEmoji {
  readonly id: number;
  readonly name: string;
  readonly userId: number;
  readonly createdAt: string;
}

export interface Note {
  readonly id: number;
  readonly mergeRequestId: number;
  readonly authorId: number;
  readonly system: boolean;
  readonly internal: boolean;
  readonly discussionId: string;
  readonly createdAt: string;
  body: string;
  updatedAt: string;
  emoji: AwardEmoji[];
}

/** Who does something, and the recursion id that the request carried. */
export interface Actor {
  readonly user: User;
  readonly eventUuid?: string;
}

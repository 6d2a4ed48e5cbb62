// What is in the double: accounts, repositories, pull requests, comments, statuses, hooks.
import type { BareRepository } from "../gitlab-double/git/bare-repository.ts";

export type Permission = "read" | "triage" | "write" | "maintain" | "admin";
const LEVELS: readonly (Permission | "none")[] = ["none", "read", "triage", "write", "maintain", "admin"];

/** A person or an organization. */
export interface User {
  readonly id: number;
  login: string;
  readonly name: string;
  readonly email: string;
  readonly type: "User" | "Organization";
}

export interface Hook {
  readonly id: number;
  readonly url: string;
  readonly secret: string;
  readonly events: readonly string[];
}

export interface Repository {
  readonly id: number;
  readonly owner: User;
  name: string;
  readonly private: boolean;
  readonly parentId: number | undefined;
  readonly defaultBranch: string;
  readonly createdAt: number;
  readonly collaborators: Map<number, Permission>;
  readonly hooks: Hook[];
  readonly git: BareRepository;
  /** Issues and pull requests count together. */
  lastNumber: number;
  pushedAt: number;
}

export interface PullRequest {
  readonly id: number;
  readonly repositoryId: number;
  readonly number: number;
  readonly user: User;
  readonly head: { readonly owner: User; readonly repositoryId: number; readonly ref: string };
  readonly createdAt: number;
  readonly draft: boolean;
  headSha: string;
  base: string;
  title: string;
  body: string | null;
  state: "open" | "closed";
  mergedAt: number | undefined;
  updatedAt: number;
  /** Then it cannot be reopened. */
  forcePushedWhileClosed: boolean;
}

export interface Comment {
  readonly id: number;
  readonly repositoryId: number;
  readonly number: number;
  readonly user: User;
  readonly createdAt: number;
  updatedAt: number;
  body: string;
  readonly reactions: { readonly userId: number; readonly content: string }[];
}

export interface Status {
  readonly id: number;
  readonly repositoryId: number;
  readonly sha: string;
  readonly context: string;
  readonly state: string;
  readonly description: string | null;
  readonly targetUrl: string | null;
  readonly creator: User;
}

/** The state of one double. */
export class World {
  readonly users = new Map<string, User>();
  readonly tokens = new Map<string, User>();
  readonly repositories = new Map<number, Repository>();
  readonly pulls: PullRequest[] = [];
  readonly comments: Comment[] = [];
  /** Oldest first. */
  readonly statuses: Status[] = [];
  /** Former full names of renamed repositories, lower case. */
  readonly formerNames = new Map<string, number>();
  #lastId = 1000;

  nextId(): number {
    this.#lastId += 1;
    return this.#lastId;
  }

  repositoryOf(id: number): Repository {
    const found = this.repositories.get(id);
    if (found === undefined) throw new Error(`GitHub double: there is no repository ${id}`);
    return found;
  }

  /** A repository by its full name; case does not matter. */
  named(fullName: string): Repository | undefined {
    const wanted = fullName.toLowerCase();
    return [...this.repositories.values()].find((each) => fullNameOf(each).toLowerCase() === wanted);
  }

  pull(repositoryId: number, number: number): PullRequest | undefined {
    return this.pulls.find((each) => each.repositoryId === repositoryId && each.number === number);
  }

  commentsOf(pull: Pick<PullRequest, "repositoryId" | "number">): readonly Comment[] {
    return this.comments.filter((each) => each.repositoryId === pull.repositoryId && each.number === pull.number);
  }

  /** What somebody may do in a repository; everybody may read a public one. */
  permission(repository: Repository, user: User | undefined): Permission | "none" {
    if (user !== undefined && user.id === repository.owner.id) return "admin";
    const given = user === undefined ? undefined : repository.collaborators.get(user.id);
    return given ?? (repository.private ? "none" : "read");
  }

  may(needed: Permission, repository: Repository, user: User | undefined): boolean {
    return LEVELS.indexOf(this.permission(repository, user)) >= LEVELS.indexOf(needed);
  }

  /** Whether two repositories come from the same one. */
  sameNetwork(one: Repository, other: Repository): boolean {
    return this.#root(one) === this.#root(other);
  }

  #root(repository: Repository): number {
    const parent = repository.parentId === undefined ? undefined : this.repositories.get(repository.parentId);
    return parent === undefined ? (repository.parentId ?? repository.id) : this.#root(parent);
  }
}

export function fullNameOf({ owner, name }: Repository): string {
  return `${owner.login}/${name}`;
}

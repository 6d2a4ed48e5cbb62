// Everything the double remembers, and the look-ups on it. No rules: permissions are in access.ts, behaviour elsewhere.

import type { Job, Pipeline } from "./ci-types.ts";
import type { Hook } from "./hook-types.ts";
import type { MergeRequest, Namespace, Note, Project, Token, User } from "./types.ts";

const FIRST_IDS = {
  user: 11,
  token: 91,
  namespace: 201,
  project: 1001,
  mergeRequest: 50_001,
  note: 700_001,
  emoji: 81_001,
  pipeline: 300_001,
  job: 4_000_001,
  hook: 61,
  protectedBranch: 31,
  delivery: 900_001,
} as const;

/** Kinds of things that are numbered. Each has a range of its own, so that a mixed-up id finds nothing. */
export type IdKind = keyof typeof FIRST_IDS;

/** The state of one double. */
export class World {
  readonly users = new Map<number, User>();
  readonly tokens = new Map<string, Token>();
  readonly namespaces = new Map<number, Namespace>();
  readonly projects = new Map<number, Project>();
  /** `project:<id>` or `group:<id>` to members and their level. */
  readonly members = new Map<string, Map<number, number>>();
  readonly mergeRequests = new Map<number, MergeRequest>();
  readonly notes = new Map<number, Note>();
  readonly pipelines = new Map<number, Pipeline>();
  readonly jobs = new Map<number, Job>();
  readonly hooks = new Map<number, Hook>();
  /** When hooks were tested, by owner and user, in milliseconds since the epoch. */
  readonly hookTests = new Map<string, readonly number[]>();
  readonly #lastIds = new Map<IdKind, number>();

  /** A fresh id. */
  nextId(kind: IdKind): number {
    const id = (this.#lastIds.get(kind) ?? FIRST_IDS[kind] - 1) + 1;
    this.#lastIds.set(kind, id);
    return id;
  }

  /** The time in GitLab's API format. */
  now(): string {
    return new Date().toISOString();
  }

  userOf(id: number): User {
    return known(this.users.get(id), "user", id);
  }

  userNamed(username: string): User | undefined {
    return find(this.users.values(), (user) => user.username.toLowerCase() === username.toLowerCase());
  }

  namespaceOf(id: number): Namespace {
    return known(this.namespaces.get(id), "namespace", id);
  }

  namespaceAt(fullPath: string): Namespace | undefined {
    return find(this.namespaces.values(), (each) => each.fullPath.toLowerCase() === fullPath.toLowerCase());
  }

  projectOf(id: number): Project {
    return known(this.projects.get(id), "project", id);
  }

  /** Full path with namespace. */
  pathOf(project: Project): string {
    return `${this.namespaceOf(project.namespaceId).fullPath}/${project.path}`;
  }

  projectAt(fullPath: string): Project | undefined {
    return find(this.projects.values(), (each) => this.pathOf(each).toLowerCase() === fullPath.toLowerCase());
  }

  /** A project by its numeric id or its full path. */
  findProject(idOrPath: string): Project | undefined {
    return /^\d+$/.test(idOrPath) ? this.projects.get(Number(idOrPath)) : this.projectAt(idOrPath);
  }

  /** A namespace by its numeric id or its full path. */
  findNamespace(idOrPath: string): Namespace | undefined {
    return /^\d+$/.test(idOrPath) ? this.namespaces.get(Number(idOrPath)) : this.namespaceAt(idOrPath);
  }

  /** The namespace and all above it, innermost first. */
  namespaceChain(id: number): readonly Namespace[] {
    const chain: Namespace[] = [];
    for (let at: number | null = id; at !== null; ) {
      const namespace: Namespace = this.namespaceOf(at);
      chain.push(namespace);
      at = namespace.parentId;
    }
    return chain;
  }

  mergeRequestOf(id: number): MergeRequest {
    return known(this.mergeRequests.get(id), "merge request", id);
  }

  mergeRequestAt(projectId: number, iid: number): MergeRequest | undefined {
    return find(this.mergeRequests.values(), (each) => each.projectId === projectId && each.iid === iid);
  }

  /** Notes of a merge request, oldest first. */
  notesOf(mergeRequest: MergeRequest): readonly Note[] {
    return [...this.notes.values()].filter((note) => note.mergeRequestId === mergeRequest.id);
  }

  pipelineOf(id: number): Pipeline {
    return known(this.pipelines.get(id), "pipeline", id);
  }

  /** Pipelines that run in a project, newest first. */
  pipelinesOf(projectId: number): readonly Pipeline[] {
    return [...this.pipelines.values()].filter((each) => each.projectId === projectId).reverse();
  }

  /**
   * Pipelines of a merge request wherever they run, and branch pipelines of its present and former heads; newest first, no
   * children (pipelines_for_merge_request_finder.rb).
   */
  pipelinesOfMergeRequest(mergeRequest: MergeRequest): readonly Pipeline[] {
    const belongs = (each: Pipeline): boolean =>
      each.mergeRequestId === mergeRequest.id ||
      (each.mergeRequestId === null &&
        each.projectId === mergeRequest.sourceProjectId &&
        each.ref === mergeRequest.sourceBranch &&
        mergeRequest.heads.has(each.sha));
    return [...this.pipelines.values()].filter((each) => each.source !== "parent_pipeline" && belongs(each)).reverse();
  }

  /** Rows of a pipeline in order of creation, retried ones included. */
  jobsOf(pipelineId: number): readonly Job[] {
    return [...this.jobs.values()].filter((job) => job.pipelineId === pipelineId);
  }
}

function known<T>(value: T | undefined, kind: string, id: number): T {
  if (value === undefined) throw new Error(`GitLab double: there is no ${kind} with id ${id}`);
  return value;
}

function find<T>(values: Iterable<T>, matches: (value: T) => boolean): T | undefined {
  for (const value of values) if (matches(value)) return value;
  return undefined;
}

// Sets the world up without HTTP. What it does has the same consequences as through API or git, unless it says so.
import type { App } from "../app.ts";
import { commitFiles } from "../git/commit-files.ts";
import { runGit } from "../git/run-git.ts";
import { type ChildOptions, startChildPipeline } from "../pipelines/child-pipeline.ts";
import { postStatus } from "../pipelines/post-status.ts";
import { advancePipeline } from "../pipelines/step-pipeline.ts";
import { applyRefChange } from "../projects/apply-ref-change.ts";
import { createProject } from "../projects/create-project.ts";
import { protectBranch, protectDefaultBranch } from "../projects/protect-default-branch.ts";
import { deleteProject, rename } from "../projects/rename-and-delete.ts";
import { newHook } from "../routes/hooks.ts";
import type { CiStatus, Job, Pipeline } from "../state/ci-types.ts";
import type { Hook, HookEvent } from "../state/hook-types.ts";
import type { AccessLevel, Namespace, Project, ProtectedBranch, Token, User, Visibility } from "../state/types.ts";
import type { CommitOptions, HookOptions, ProjectOptions, StatusReport, UserOptions } from "./options.ts";

const DEFAULT_EVENTS: readonly HookEvent[] = ["push", "merge_requests", "note", "pipeline"];

/** The admin surface of one double. */
export class Admin {
  readonly #app: App;

  constructor(app: App) {
    this.#app = app;
  }

  /** Creates an account with its namespace and one token. */
  createUser(username: string, options: UserOptions = {}): { readonly user: User; readonly token: string } {
    const { world } = this.#app;
    if (world.namespaceAt(username) !== undefined) throw new Error(`GitLab double: ${username} exists already`);
    const user: User = {
      id: world.nextId("user"),
      username,
      name: options.name ?? username,
      email: options.email ?? `${username}@users.example`,
      admin: options.admin ?? false,
      bot: options.bot ?? false,
      createdAt: world.now(),
    };
    world.users.set(user.id, user);
    this.#addNamespace({ kind: "user", name: user.name, path: username, parentId: null, ownerId: user.id });
    const token = this.createToken(user, { value: options.token ?? `glpat-${username}` });
    return { user, token: token.value };
  }

  /** Creates a token. Default scope: `api`. */
  createToken(
    user: User,
    options: { readonly value: string; readonly scopes?: readonly string[]; readonly expiresAt?: string | null },
  ): Token {
    const { world } = this.#app;
    const token: Token = {
      id: world.nextId("token"),
      value: options.value,
      userId: user.id,
      name: "token",
      scopes: options.scopes ?? ["api"],
      createdAt: world.now(),
      expiresAt: options.expiresAt ?? null,
      revoked: false,
    };
    world.tokens.set(token.value, token);
    return token;
  }

  /** The group of a full path; missing ones are created, parents first. */
  createGroup(
    fullPath: string,
    options: { readonly visibility?: Visibility; readonly plan?: Namespace["plan"] } = {},
  ): Namespace {
    const existing = this.#app.world.namespaceAt(fullPath);
    if (existing !== undefined) return existing;
    const cut = fullPath.lastIndexOf("/");
    const parentId = cut === -1 ? null : this.createGroup(fullPath.slice(0, cut), options).id;
    const path = fullPath.slice(cut + 1);
    return this.#addNamespace({ kind: "group", name: path, path, parentId, ownerId: null, ...options });
  }

  #addNamespace(
    wanted: Pick<Namespace, "kind" | "name" | "path" | "parentId" | "ownerId"> & {
      readonly visibility?: Visibility;
      readonly plan?: Namespace["plan"];
    },
  ): Namespace {
    const { world } = this.#app;
    const parent = wanted.parentId === null ? undefined : world.namespaceOf(wanted.parentId);
    const namespace: Namespace = {
      ...wanted,
      id: world.nextId("namespace"),
      fullPath: parent === undefined ? wanted.path : `${parent.fullPath}/${wanted.path}`,
      visibility: wanted.visibility ?? "public",
      createdAt: world.now(),
      plan: wanted.plan ?? "premium",
    };
    world.namespaces.set(namespace.id, namespace);
    return namespace;
  }

  /** Creates a project at a full path, in a user's namespace or a group (created when missing). Sends no events. */
  async createProject(fullPath: string, options: ProjectOptions = {}): Promise<Project> {
    const cut = fullPath.lastIndexOf("/");
    const namespace = this.#app.world.namespaceAt(fullPath.slice(0, cut)) ?? this.createGroup(fullPath.slice(0, cut));
    const owner = namespace.ownerId === null ? this.#root() : this.#app.world.userOf(namespace.ownerId);
    const { name, description, visibility } = options;
    const defaultBranch = options.defaultBranch ?? (options.from === undefined ? "main" : await headOf(options.from));
    const wanted = { namespace, path: fullPath.slice(cut + 1), name, description, visibility, defaultBranch };
    const project = await createProject(this.#app, owner, wanted);
    const repository = this.#app.repository(project.id);
    if (options.from !== undefined) {
      const all = ["+refs/heads/*:refs/heads/*", "+refs/tags/*:refs/tags/*"];
      await repository.fetch(options.from, options.refspecs ?? all);
    }
    if (options.files !== undefined) {
      const author = { name: owner.name, email: owner.email };
      await commitFiles(repository, {
        branch: defaultBranch,
        message: "Initial commit\n",
        files: options.files,
        author,
      });
    }
    return project;
  }

  #root(): User {
    return this.#app.world.userNamed("root") ?? this.createUser("root", { admin: true }).user;
  }

  /** Gives a user a level in a project or a group. 0 takes it away. */
  addMember(where: Project | Namespace, user: User, level: AccessLevel | 0): void {
    const key = "fullPath" in where ? `group:${where.id}` : `project:${where.id}`;
    const members = this.#app.world.members.get(key) ?? new Map<number, number>();
    if (level === 0) members.delete(user.id);
    else members.set(user.id, level);
    this.#app.world.members.set(key, members);
  }

  /** Adds a project hook or a group hook. */
  addHook(where: Project | Namespace, options: HookOptions): Hook {
    const owner = { kind: "fullPath" in where ? "group" : "project", id: where.id } as const;
    const hook = newHook(this.#app, owner, options.url);
    hook.token = options.token ?? null;
    hook.signingToken = options.signingToken ?? null;
    hook.events = [...(options.events ?? DEFAULT_EVENTS)];
    return hook;
  }

  /** Protects a branch or a pattern. Default: Maintainers push and merge, no force. */
  protectBranch(project: Project, protection: Partial<Omit<ProtectedBranch, "id">> & { readonly name: string }): void {
    protectBranch(this.#app, project, { pushLevel: 40, mergeLevel: 40, allowForcePush: false, ...protection });
  }

  /** Lifts the protection of a branch or pattern. */
  unprotectBranch(project: Project, name: string): void {
    project.protectedBranches = project.protectedBranches.filter((each) => each.name !== name);
  }

  /** Commits files to a branch as a user, as if pushed: hooks, merge requests and pipelines follow. */
  async commit(project: Project, options: CommitOptions): Promise<string> {
    const repository = this.#app.repository(project.id);
    const { user, ...rest } = options;
    const before = repository.branch(options.branch);
    const parent = options.parent ?? before ?? repository.branch(project.defaultBranch ?? "");
    const after = await commitFiles(repository, {
      ...rest,
      ...(parent === undefined ? {} : { parent }),
      author: { name: user.name, email: user.email },
    });
    const ref = `refs/heads/${options.branch}`;
    await applyRefChange(this.#app, { user }, project, { ref, before, after });
    return after;
  }

  /** Sets a branch to a commit that the project has (or removes it), as if pushed. */
  async setBranch(project: Project, branch: string, sha: string | undefined, user: User): Promise<void> {
    const repository = this.#app.repository(project.id);
    const ref = `refs/heads/${branch}`;
    const before = repository.branch(branch);
    await repository.setRef(ref, sha);
    await applyRefChange(this.#app, { user }, project, { ref, before, after: sha });
  }

  /** Brings branches and tags from another repository without any event. */
  async fetchInto(project: Project, from: string, refspecs: readonly string[]): Promise<void> {
    await this.#app.repository(project.id).fetch(from, refspecs);
    protectDefaultBranch(this.#app, project);
  }

  /** Moves a pipeline by hand. */
  async advancePipeline(pipelineId: number, status: CiStatus): Promise<void> {
    await advancePipeline(this.#app, this.#app.world.pipelineOf(pipelineId), status);
  }

  /** Adds a bridge to a pipeline and starts the pipeline behind it. */
  startChildPipeline(parentId: number, options: ChildOptions): Promise<Pipeline> {
    return startChildPipeline(this.#app, this.#app.world.pipelineOf(parentId), options);
  }

  /**
   * Reports a status of a commit, as another CI system does (e.g. Zuul): where there is no pipeline for it, an external
   * one is made. Needs no role.
   */
  async reportStatus(project: Project, report: StatusReport): Promise<Job> {
    const { user, sha, ...status } = report;
    const nothing = { ref: undefined, pipelineId: undefined, targetUrl: undefined, description: undefined };
    return postStatus(this.#app, { user }, project, sha, { ...nothing, coverage: undefined, ...status });
  }

  /** Removes a project, as if its owner had deleted it. Merge requests from it to others stay, without a source. */
  deleteProject(project: Project): void {
    deleteProject(this.#app, project);
  }

  /** Gives a project or a group another last part of its path. Old addresses are not redirected. */
  rename(what: Project | Namespace, path: string): void {
    rename(this.#app, what, path);
  }
}

async function headOf(from: string): Promise<string> {
  const { stdout } = await runGit("/", ["ls-remote", "--symref", "--", from, "HEAD"]);
  return /^ref: refs\/heads\/(\S+)\tHEAD$/m.exec(stdout.toString("utf8"))?.[1] ?? "main";
}

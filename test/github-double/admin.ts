// Sets the world up without HTTP. Commits and pull requests have the same consequences as if they came by git and API.
import { commitFiles, type FileContent } from "../gitlab-double/git/commit-files.ts";
import { answerApi } from "./api.ts";
import type { App } from "./app.ts";
import { addRepository, forkRepository } from "./create-repository.ts";
import { branchMoved } from "./pulls.ts";
import { renderRepository } from "./render.ts";
import { fullNameOf, type Hook, type Permission, type PullRequest, type Repository, type User } from "./world.ts";

type Files = Readonly<Record<string, FileContent>>;

/** A commit as if somebody pushed it. */
export interface CommitOptions {
  readonly user: User;
  readonly branch: string;
  readonly message?: string;
  readonly files: Files;
  /** Default: the branch's head, or the default branch's where there is no such branch. */
  readonly parent?: string;
}

/** A pull request from a fork of its author; the branch gets one commit when it is new. */
export interface PullRequestOptions {
  readonly user: User;
  readonly branch: string;
  readonly files?: Files;
  readonly base?: string;
  readonly title?: string;
  readonly body?: string | null;
  readonly draft?: boolean;
}

/** The admin surface of one double. */
export class Admin {
  readonly #app: App;

  constructor(app: App) {
    this.#app = app;
  }

  /** Creates an account with one token, `ghp_<login>` unless given. */
  createUser(
    login: string,
    options: { readonly name?: string; readonly token?: string; readonly organization?: boolean } = {},
  ): { readonly user: User; readonly token: string } {
    const { world } = this.#app;
    if (world.users.has(login.toLowerCase())) throw new Error(`GitHub double: ${login} exists already`);
    const type = options.organization ? "Organization" : "User";
    const { name = login, token = `ghp_${login}` } = options;
    const user: User = { id: world.nextId(), login, name, email: `${login}@users.example`, type };
    world.users.set(login.toLowerCase(), user);
    world.tokens.set(token, user);
    return { user, token };
  }

  /** Creates a repository; an owner that does not exist becomes an organization. Sends no events. */
  async createRepository(
    fullName: string,
    options: {
      readonly files?: Files;
      readonly defaultBranch?: string;
      readonly private?: boolean;
      /** Folder or URL of a repository whose branches and tags are copied. */
      readonly from?: string;
    } = {},
  ): Promise<Repository> {
    const [login = "", name = ""] = fullName.split("/");
    const owner = this.#app.world.users.get(login.toLowerCase()) ?? this.createUser(login, { organization: true }).user;
    const { files, from, defaultBranch = "main", private: isPrivate = false } = options;
    const repository = await addRepository(this.#app, { owner, name, defaultBranch, private: isPrivate });
    if (from) await repository.git.fetch(from, ["+refs/heads/*:refs/heads/*", "+refs/tags/*:refs/tags/*"]);
    if (files) {
      await commitFiles(repository.git, { branch: defaultBranch, message: "Initial commit\n", files, author: owner });
    }
    return repository;
  }

  /** Undefined takes the permission away. */
  addCollaborator(repository: Repository, user: User, permission: Permission | undefined): void {
    if (permission === undefined) repository.collaborators.delete(user.id);
    else repository.collaborators.set(user.id, permission);
  }

  /** Adds a hook, which is pinged. */
  addHook(
    repository: Repository,
    options: { readonly url: string; readonly secret: string; readonly events?: readonly string[] },
  ): Hook {
    const { url, secret, events = ["pull_request", "issue_comment"] } = options;
    const hook: Hook = { id: this.#app.world.nextId(), url, secret, events };
    repository.hooks.push(hook);
    const ping = {
      zen: "It's not fully shipped until it's fast.",
      hook_id: hook.id,
      hook: { type: "Repository", events },
    };
    this.#app.webhooks.deliver(hook, "ping", { ...ping, repository: renderRepository(this.#app, repository) });
    return hook;
  }

  /** Commits and moves the branch, also backwards when a parent is given. Returns the commit's id. */
  async commit(repository: Repository, options: CommitOptions): Promise<string> {
    const { git, defaultBranch } = repository;
    const { branch, files, message = "A change\n", user } = options;
    const before = git.branch(branch);
    const parent = options.parent ?? before ?? git.branch(defaultBranch);
    const made = { branch, message, files, author: user };
    const after = await commitFiles(git, parent === undefined ? made : { ...made, parent });
    const moved = before === undefined ? { branch, after } : { branch, before, after };
    await branchMoved(this.#app, repository, user, moved);
    return after;
  }

  /** Somebody's fork, filled. */
  async fork(repository: Repository, user: User): Promise<Repository> {
    const fork = await forkRepository(this.#app, repository, user);
    const all = ["+refs/heads/*:refs/heads/*", "+refs/tags/*:refs/tags/*"];
    if (fork.git.refs.size === 0) await fork.git.fetch(repository.git.dir, all);
    return fork;
  }

  /** Opens a pull request from a fork. */
  async openPullRequest(repository: Repository, options: PullRequestOptions): Promise<PullRequest> {
    const { user, branch, base = repository.defaultBranch, title = "A change", body = "A text.", draft } = options;
    const fork = await this.fork(repository, user);
    const files = options.files ?? { "changed.txt": `${branch}\n` };
    if (fork.git.branch(branch) === undefined) await this.commit(fork, { user, branch, message: `${title}\n`, files });
    const head = `${user.login}:${branch}`;
    const answer = await this.call(user, "POST", `/repositories/${repository.id}/pulls`, {
      title,
      body,
      head,
      base,
      draft,
    });
    const pull = this.#app.world.pull(repository.id, (answer as { number: number }).number);
    if (pull === undefined) throw new Error("GitHub double: the pull request is missing");
    return pull;
  }

  /** Asks the API as somebody, without HTTP; throws unless it succeeds. */
  async call(user: User, method: string, pathAndQuery: string, body: object = {}): Promise<unknown> {
    const [path = "", query = ""] = pathAndQuery.split("?");
    const token = [...this.#app.world.tokens].find(([, owner]) => owner === user)?.[0];
    const common = { method, path, query: new URLSearchParams(query), token, userAgent: "admin" };
    const reply = await answerApi(this.#app, { ...common, body: { ...body } });
    if (reply !== undefined && reply.status < 300) return reply.body;
    throw new Error(`GitHub double: ${method} ${path}: ${reply?.status} ${JSON.stringify(reply?.body)}`);
  }

  /** Gives a repository another name. */
  rename(repository: Repository, name: string): void {
    this.#app.world.formerNames.set(fullNameOf(repository).toLowerCase(), repository.id);
    repository.name = name;
  }

  /** Removes a repository; pull requests from it stay. */
  deleteRepository(repository: Repository): void {
    this.#app.world.repositories.delete(repository.id);
  }
}

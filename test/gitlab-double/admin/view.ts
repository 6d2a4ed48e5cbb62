// Looks at the world without HTTP. Answers are the live objects: read them, do not write them.
import type { App } from "../app.ts";
import type { Commit } from "../git/parse-commit.ts";
import { readFile } from "../git/read-objects.ts";
import type { Job, Pipeline } from "../state/ci-types.ts";
import type { Hook } from "../state/hook-types.ts";
import type { MergeRequest, Namespace, Note, Project, User } from "../state/types.ts";

/** Read access to one double. */
export class View {
  readonly #app: App;

  constructor(app: App) {
    this.#app = app;
  }

  user(username: string): User | undefined {
    return this.#app.world.userNamed(username);
  }

  /** A project by full path or id. */
  project(idOrPath: string | number): Project | undefined {
    return this.#app.world.findProject(String(idOrPath));
  }

  projects(): readonly Project[] {
    return [...this.#app.world.projects.values()];
  }

  pathOf(project: Project): string {
    return this.#app.world.pathOf(project);
  }

  forks(project: Project): readonly Project[] {
    return this.projects().filter((each) => each.forkedFromId === project.id);
  }

  /** Hooks of a project or group, oldest first, with their tokens. */
  hooks(owner: Project | Namespace): readonly Hook[] {
    const kind = "fullPath" in owner ? "group" : "project";
    return [...this.#app.world.hooks.values()].filter((hook) => hook.owner.kind === kind && hook.owner.id === owner.id);
  }

  /** Merge requests into a project, oldest first. */
  mergeRequests(project: Project): readonly MergeRequest[] {
    return [...this.#app.world.mergeRequests.values()].filter((mr) => mr.projectId === project.id);
  }

  /** Notes of a merge request, oldest first; without the system's own unless asked. */
  notes(mergeRequest: MergeRequest, options: { readonly system?: boolean } = {}): readonly Note[] {
    return this.#app.world.notesOf(mergeRequest).filter((note) => options.system === true || !note.system);
  }

  /** Current rows of a commit in a project: jobs and posted statuses. */
  statuses(project: Project, sha: string): readonly Job[] {
    return this.pipelines(project)
      .filter((pipeline) => pipeline.sha === sha)
      .flatMap((pipeline) => this.jobs(pipeline));
  }

  /** Pipelines that run in a project, newest first. */
  pipelines(project: Project): readonly Pipeline[] {
    return this.#app.world.pipelinesOf(project.id);
  }

  /** Pipelines of a merge request wherever they run, newest first. */
  mergeRequestPipelines(mergeRequest: MergeRequest): readonly Pipeline[] {
    return this.#app.world.pipelinesOfMergeRequest(mergeRequest);
  }

  jobs(pipeline: Pipeline): readonly Job[] {
    return this.#app.world.jobsOf(pipeline.id).filter((job) => !job.retried);
  }

  /** Heads by branch name. */
  branches(project: Project): Readonly<Record<string, string>> {
    const repository = this.#app.repository(project.id);
    const names = repository.names("refs/heads/");
    return Object.fromEntries(names.map((name) => [name, repository.branch(name) ?? ""]));
  }

  /** All refs by full name, `refs/merge-requests/…` included. */
  refs(project: Project): ReadonlyMap<string, string> {
    return this.#app.repository(project.id).refs;
  }

  /** A commit by branch, tag or sha. */
  async commit(project: Project, name: string): Promise<Commit | undefined> {
    const repository = this.#app.repository(project.id);
    const sha = await repository.resolve(name);
    return sha === undefined ? undefined : repository.commit(sha);
  }

  /** Text of a file at a branch, tag or sha. */
  async file(project: Project, name: string, path: string): Promise<string | undefined> {
    const repository = this.#app.repository(project.id);
    const sha = await repository.resolve(name);
    const file = sha === undefined ? undefined : await readFile(repository, sha, path);
    return file?.bytes.toString("utf8");
  }

  /** Folder of the project's bare repository. */
  repositoryDir(project: Project): string {
    return this.#app.repository(project.id).dir;
  }
}

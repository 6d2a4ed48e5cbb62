// Git over HTTP: `<url>/<full path>.git`. Decides who may read and push; the rest is git's.
import { randomUUID } from "node:crypto";
import type { IncomingMessage, ServerResponse } from "node:http";
import { join } from "node:path";
import type { App } from "../app.ts";
import { authenticateGit } from "../http/authenticate.ts";
import { applyRefChanges } from "../projects/apply-ref-change.ts";
import { DEVELOPER, maySee, projectLevel } from "../state/access.ts";
import type { Project, User } from "../state/types.ts";
import { runBackend } from "./http-backend.ts";
import { guardEnvironment, readReport, sharedBranches } from "./push-guard.ts";

const GIT_PATH = /^\/(.+?)\.git\/(info\/refs|git-upload-pack|git-receive-pack)$/;

/** A request for git, by its path. */
export interface GitTarget {
  readonly projectPath: string;
  readonly action: string;
}

export function parseGitPath(path: string): GitTarget | undefined {
  const match = GIT_PATH.exec(path);
  return match === null ? undefined : { projectPath: match[1] ?? "", action: match[2] ?? "" };
}

/** What was decided about a git request: the project and user, or the refusal. */
export type Admission =
  | { readonly project: Project; readonly user: User | undefined; readonly push: boolean }
  | { readonly status: number; readonly text: string };

/** Decides whether the request may go on. Private and unknown projects look alike. */
export function admit(app: App, incoming: IncomingMessage, target: GitTarget, query: string): Admission {
  const identity = authenticateGit(app.world, incoming.headers);
  const denied = "HTTP Basic: Access denied. If a password was provided for Git authentication, it was incorrect.\n";
  if (identity === undefined) return { status: 401, text: denied };
  const { user, token } = identity;
  const push = target.action === "git-receive-pack" || query.includes("service=git-receive-pack");
  const project = app.world.projectAt(decodeURIComponent(target.projectPath));
  const missing = "The project you were looking for could not be found or you don't have permission to view it.\n";
  if (project === undefined || !maySee(app.world, user, project)) {
    return user === undefined ? { status: 401, text: denied } : { status: 404, text: missing };
  }
  if (project.importStatus !== "none" && project.importStatus !== "finished") {
    return { status: 404, text: "A repository for this project does not exist yet.\n" };
  }
  if (!push) return { project, user, push };
  if (user === undefined) return { status: 401, text: denied };
  const level = projectLevel(app.world, user, project);
  const mayPush = level >= DEVELOPER || sharedBranches(app.world, user, project).length > 0;
  const scoped = token?.scopes.some((scope) => scope === "api" || scope === "write_repository") ?? false;
  if (!mayPush || !scoped) {
    return { status: 403, text: "You are not allowed to push code to this project.\n" };
  }
  return { project, user, push };
}

/** A request that may go on. */
export interface AdmittedRequest {
  readonly project: Project;
  readonly user: User | undefined;
  readonly action: string;
  readonly query: string;
  /** Called with the status when the effect took place, before the client learns of it. */
  readonly afterEffect: (status: number) => Promise<void>;
}

/**
 * Serves an admitted request. What follows from a push happens in the background.
 * @param response undefined: do it, but do not answer.
 */
export async function serveGit(
  app: App,
  incoming: IncomingMessage,
  response: ServerResponse | undefined,
  request: AdmittedRequest,
): Promise<number> {
  const { project, user, action, query } = request;
  const repository = app.repository(project.id);
  const report = join(app.dataDir, `push-${randomUUID()}`);
  const guard = user === undefined ? {} : guardEnvironment(app.world, user, project);
  const beforeEnd = async (status: number): Promise<void> => {
    if (action === "git-receive-pack" && user !== undefined) await pushed(app, project, user, report);
    await request.afterEffect(status);
  };
  const environment = { ...guard, DOUBLE_REPORT: report };
  const cgi = { repositoryDir: repository.dir, action, query, username: user?.username, environment };
  return runBackend(cgi, incoming, response, beforeEnd);
}

async function pushed(app: App, project: Project, user: User, report: string): Promise<void> {
  const changes = await readReport(report);
  if (changes.length === 0) return;
  const refs = await app.repository(project.id).reload();
  const peeled = changes.map((change) => {
    const isTag = change.ref.startsWith("refs/tags/") && change.after !== undefined;
    return isTag ? { ...change, after: refs.get(change.ref) ?? change.after } : change;
  });
  app.activity.run(() => applyRefChanges(app, { user }, project, peeled));
}

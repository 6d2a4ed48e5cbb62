// Git over HTTP: `<url>/<full path>.git`. Decides who may read and push; the rest is git's.
import type { IncomingMessage, ServerResponse } from "node:http";
import type { App } from "../app.ts";
import { authenticateGit } from "../http/authenticate.ts";
import { applyRefChanges } from "../projects/apply-ref-change.ts";
import { DEVELOPER, maySee, projectLevel } from "../state/access.ts";
import type { Project, User } from "../state/types.ts";
import type { RefChange } from "../webhooks/push-payload.ts";
import type { Refs } from "./bare-repository.ts";
import { runBackend } from "./http-backend.ts";
import { guardEnvironment } from "./push-guard.ts";

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
  const scoped = token?.scopes.some((scope) => scope === "api" || scope === "write_repository") ?? false;
  if (projectLevel(app.world, user, project) < DEVELOPER || !scoped) {
    return { status: 403, text: "You are not allowed to push code to this project.\n" };
  }
  return { project, user, push };
}

/**
 * Serves an admitted request. After a push the refs are compared, and what follows from them happens in the background.
 * @param response undefined: do it, but do not answer.
 */
export async function serveGit(
  app: App,
  incoming: IncomingMessage,
  response: ServerResponse | undefined,
  request: {
    readonly project: Project;
    readonly user: User | undefined;
    readonly action: string;
    readonly query: string;
  },
): Promise<number> {
  const { project, user, action } = request;
  const repository = app.repository(project.id);
  const end = app.activity.begin();
  const pushes = action === "git-receive-pack" && user !== undefined;
  const afterPush = async (): Promise<void> => {
    if (!pushes) return;
    const before = repository.refs;
    const changes = compareRefs(before, await repository.reload());
    app.activity.run(() => applyRefChanges(app, { user }, project, changes));
  };
  try {
    return await runBackend(
      {
        repositoryDir: repository.dir,
        action,
        query: request.query,
        username: user?.username,
        environment: user === undefined ? {} : guardEnvironment(app.world, user, project),
      },
      incoming,
      response,
      afterPush,
    );
  } finally {
    end();
  }
}

function compareRefs(before: Refs, after: Refs): readonly RefChange[] {
  const names = [...new Set([...before.keys(), ...after.keys()])].filter((name) => /^refs\/(heads|tags)\//.test(name));
  return names
    .map((ref) => ({ ref, before: before.get(ref), after: after.get(ref) }))
    .filter((change) => change.before !== change.after);
}

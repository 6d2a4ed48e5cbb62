// Git over HTTP: `<url>/<owner>/<name>.git`. Decides who may read and push; the rest is git's.
import type { IncomingMessage, ServerResponse } from "node:http";
import { runBackend } from "../gitlab-double/git/http-backend.ts";
import type { App } from "./app.ts";
import { branchMoved } from "./pulls.ts";
import type { Repository, User } from "./world.ts";

const GIT_PATH = /^\/([^/]+\/[^/]+?)(?:\.git)?\/(info\/refs|git-upload-pack|git-receive-pack)$/;

/** A request for git, by its path. */
export interface GitTarget {
  readonly fullName: string;
  readonly action: string;
}

export function parseGitPath(path: string): GitTarget | undefined {
  const match = GIT_PATH.exec(path);
  return match === null ? undefined : { fullName: match[1] ?? "", action: match[2] ?? "" };
}

/** Serves the request and returns the answered status. */
export async function serveGit(
  app: App,
  incoming: IncomingMessage,
  response: ServerResponse,
  { fullName, action, query }: GitTarget & { readonly query: string },
): Promise<number> {
  const { world } = app;
  const password = passwordOf(incoming);
  const user = password === undefined ? undefined : world.tokens.get(password);
  const push = action === "git-receive-pack" || query.includes("service=git-receive-pack");
  const repository = world.named(decodeURIComponent(fullName));
  const refuse = (status: number, text: string): number => {
    incoming.resume();
    const headers = status === 401 ? { "WWW-Authenticate": 'Basic realm="GitHub"' } : {};
    response.writeHead(status, { "Content-Type": "text/plain", ...headers }).end(`${text}\n`);
    return status;
  };
  if (password !== undefined && user === undefined) return refuse(401, "Invalid username or token.");
  const visible = repository !== undefined && world.may("read", repository, user);
  if (user === undefined && (push || !visible)) return refuse(401, "Authentication required.");
  if (!visible) return refuse(404, "Repository not found.");
  if (push && !world.may("write", repository, user)) {
    return refuse(403, `Permission to ${fullName}.git denied to ${user?.login}.`);
  }
  const before = new Map(repository.git.refs);
  const cgi = { repositoryDir: repository.git.dir, action, query, username: user?.login, environment: {} };
  return runBackend(cgi, incoming, response, async () => {
    if (action === "git-receive-pack" && user !== undefined) await afterPush(app, repository, user, before);
  });
}

async function afterPush(
  app: App,
  repository: Repository,
  user: User,
  before: ReadonlyMap<string, string>,
): Promise<void> {
  const after = await repository.git.reload();
  for (const ref of new Set([...before.keys(), ...after.keys()])) {
    const [old, now] = [before.get(ref), after.get(ref)];
    if (old === now || !ref.startsWith("refs/heads/")) continue;
    const moved = { ...(old ? { before: old } : {}), ...(now ? { after: now } : {}) };
    await branchMoved(app, repository, user, { branch: ref.slice("refs/heads/".length), ...moved });
  }
}

function passwordOf({ headers }: IncomingMessage): string | undefined {
  const basic = /^Basic\s+(.+)$/i.exec(headers.authorization ?? "")?.[1];
  return basic === undefined ? undefined : Buffer.from(basic, "base64").toString("utf8").split(":").slice(1).join(":");
}

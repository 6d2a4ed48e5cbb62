// Repositories: what they are, their forks, branches, commits and files, and who may do what.
import { readFile, readTree } from "../../gitlab-double/git/read-objects.ts";
import { type Context, pageOf, type Route } from "../context.ts";
import { forkRepository } from "../create-repository.ts";
import { renderCommit, renderFullRepository, renderRepository, renderUser } from "../render.ts";
import { forbidden, notFound, ok, Refused, type Reply } from "../reply.ts";

export const repositoryRoutes: readonly Route[] = [
  ["GET", /^$/, ({ app, repository }) => ok(renderFullRepository(app, repository))],
  ["GET", /^\/forks$/, listForks],
  ["POST", /^\/forks$/, fork],
  ["GET", /^\/branches\/([^/]+)$/, readBranch],
  ["GET", /^\/git\/commits\/([^/]+)$/, readCommit],
  ["GET", /^\/contents\/(.+)$/, readContent],
  ["GET", /^\/collaborators\/([^/]+)\/permission$/, readPermission],
];

function listForks({ app, repository, query }: Context): Reply {
  const forks = [...app.world.repositories.values()].filter(({ parentId }) => parentId === repository.id);
  return ok(pageOf(forks.reverse(), query).map((each) => renderRepository(app, each)));
}

async function fork({ app, repository, user }: Context): Promise<Reply> {
  if (user === undefined) throw forbidden();
  if (repository.git.refs.size === 0) {
    throw forbidden("The repository exists, but it contains no Git content. Empty repositories cannot be forked.");
  }
  return { status: 202, body: renderFullRepository(app, await forkRepository(app, repository, user)) };
}

async function readBranch({ repository: { git }, params: [name = ""] }: Context): Promise<Reply> {
  const sha = git.branch(name);
  const commit = sha === undefined ? undefined : await git.commit(sha);
  if (commit === undefined) throw new Refused(404, "Branch not found");
  const { parents, message, author, committer, tree } = commit;
  return ok({
    name,
    commit: {
      sha,
      commit: { message, author, committer, tree: { sha: tree } },
      parents: parents.map((each) => ({ sha: each })),
    },
    protected: false,
  });
}

async function readCommit({ repository: { git }, params: [sha = ""] }: Context): Promise<Reply> {
  if (git.refs.size === 0) throw new Refused(409, "Git Repository is empty.");
  const commit = await git.commit(sha);
  if (commit === undefined) throw notFound();
  return ok(renderCommit(commit));
}

/** A file or, with the media type for objects, a folder. */
async function readContent({ repository, params: [path = ""], query }: Context): Promise<Reply> {
  const { git, defaultBranch } = repository;
  const ref = query.get("ref") ?? defaultBranch;
  const sha = await git.resolve(ref);
  if (sha === undefined) throw new Refused(404, `No commit found for the ref ${ref}`);
  const file = await readFile(git, sha, path);
  if (file !== undefined) {
    const { id, bytes } = file;
    return ok({
      type: "file",
      path,
      sha: id,
      size: bytes.length,
      encoding: "base64",
      content: bytes.toString("base64"),
    });
  }
  const tree = await readTree(git, sha, { path, recursive: false });
  if (tree === undefined) throw notFound();
  return ok({ type: "dir", path, entries: tree.map((entry) => ({ type: entry.type, path: entry.path })) });
}

function readPermission({ app, repository, user, params: [login = ""] }: Context): Reply {
  const { world } = app;
  if (!world.may("write", repository, user)) {
    throw forbidden("Must have push access to view collaborator permission.");
  }
  const asked = world.users.get(login.toLowerCase());
  if (asked === undefined) throw new Refused(404, `${login} is not a user`);
  const role = world.permission(repository, asked);
  // The older field knows four words only.
  const permission = role === "maintain" ? "write" : role === "triage" ? "read" : role;
  return ok({ permission, role_name: role, user: renderUser(asked) });
}

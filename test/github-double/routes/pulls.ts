// Pull requests.
import { commitTree, mergeTree } from "../../gitlab-double/git/commit-files.ts";
import { type Context, pageOf, type Route, text } from "../context.ts";
import { announcePull, branchMoved, bringHead, isMergeable } from "../pulls.ts";
import { renderPull } from "../render.ts";
import { forbidden, invalid, notFound, ok, Refused, type Reply } from "../reply.ts";
import { fullNameOf, type PullRequest, type Repository } from "../world.ts";

export const pullRoutes: readonly Route[] = [
  ["GET", /^\/pulls$/, list],
  ["POST", /^\/pulls$/, open],
  ["GET", /^\/pulls\/(\d+)$/, async (context) => ok(await full(context, pullOf(context)))],
  ["PATCH", /^\/pulls\/(\d+)$/, change],
  ["PUT", /^\/pulls\/(\d+)\/merge$/, merge],
];

function pullOf({ app, repository, params }: Context): PullRequest {
  const found = app.world.pull(repository.id, Number(params[0]));
  if (found === undefined) throw notFound();
  return found;
}

async function full({ app }: Context, pull: PullRequest): Promise<object> {
  const mergeable = pull.state === "open" ? await isMergeable(app, pull) : null;
  const comments = app.world.commentsOf(pull).length;
  return { ...renderPull(app, pull), merged: pull.mergedAt !== undefined, mergeable, comments, review_comments: 0 };
}

function list({ app, repository, query }: Context): Reply {
  const state = query.get("state") ?? "open";
  const [head, base] = [query.get("head"), query.get("base")];
  const found = app.world.pulls.filter(
    (pull) =>
      pull.repositoryId === repository.id &&
      (state === "all" || pull.state === state) &&
      (head === null || `${pull.head.owner.login}:${pull.head.ref}` === head) &&
      (base === null || pull.base === base),
  );
  const ordered = query.get("direction") === "asc" ? found : found.reverse();
  return ok(pageOf(ordered, query).map((pull) => renderPull(app, pull)));
}

async function open(context: Context): Promise<Reply> {
  const { app, repository, user, body } = context;
  const [title, head, base] = [text(body, "title"), text(body, "head") ?? "", text(body, "base") ?? ""];
  if (user === undefined) throw forbidden();
  if (!title) throw invalid({ resource: "PullRequest", field: "title", code: "missing_field" });
  const { source, ref, sha } = findHead(context, head);
  if (repository.git.branch(base) === undefined) {
    throw invalid({ resource: "PullRequest", field: "base", code: "invalid" });
  }
  const exists = app.world.pulls.some(
    (each) =>
      each.state === "open" &&
      each.repositoryId === repository.id &&
      each.base === base &&
      each.head.repositoryId === source.id &&
      each.head.ref === ref,
  );
  if (exists) {
    const message = `A pull request already exists for ${source.owner.login}:${ref}.`;
    throw invalid({ resource: "PullRequest", code: "custom", message });
  }
  repository.lastNumber += 1;
  const pull: PullRequest = {
    id: app.world.nextId(),
    repositoryId: repository.id,
    number: repository.lastNumber,
    user,
    head: { owner: source.owner, repositoryId: source.id, ref },
    headSha: sha,
    base,
    title,
    body: text(body, "body") ?? null,
    createdAt: Date.now(),
    draft: body.draft === true,
    state: "open",
    mergedAt: undefined,
    updatedAt: Date.now(),
    forcePushedWhileClosed: false,
  };
  await bringHead(app, pull);
  if (await repository.git.isAncestor(sha, `refs/heads/${base}`)) {
    const message = `No commits between ${repository.owner.login}:${base} and ${head}`;
    throw invalid({ resource: "PullRequest", code: "custom", message });
  }
  app.world.pulls.push(pull);
  announcePull(app, pull, "opened", user);
  return { status: 201, body: await full(context, pull) };
}

/** `owner:branch` in the same network, or a branch of the repository itself. */
function findHead({ app, repository }: Context, head: string): { source: Repository; ref: string; sha: string } {
  const cut = head.indexOf(":");
  const owner = cut === -1 ? repository.owner.login : head.slice(0, cut);
  const ref = head.slice(cut + 1);
  const source = [...app.world.repositories.values()].find(
    (each) => each.owner.login.toLowerCase() === owner.toLowerCase() && app.world.sameNetwork(each, repository),
  );
  const sha = source?.git.branch(ref);
  if (source === undefined || sha === undefined) {
    throw invalid({ resource: "PullRequest", field: "head", code: "invalid" });
  }
  return { source, ref, sha };
}

async function change(context: Context): Promise<Reply> {
  const { app, repository, user, body } = context;
  const pull = pullOf(context);
  if (user === undefined || (user.id !== pull.user.id && !app.world.may("write", repository, user))) throw forbidden();
  const base = text(body, "base") ?? pull.base;
  if (repository.git.branch(base) === undefined) {
    throw invalid({ resource: "PullRequest", field: "base", code: "invalid" });
  }
  const state = text(body, "state") === "open" ? "open" : text(body, "state") === "closed" ? "closed" : pull.state;
  const turned = state !== pull.state;
  if (turned && state === "open") await prepareReopening(context, pull);
  Object.assign(pull, { title: text(body, "title") ?? pull.title, body: text(body, "body") ?? pull.body, base, state });
  announcePull(app, pull, !turned ? "edited" : state === "open" ? "reopened" : "closed", user);
  return ok(await full(context, pull));
}

/** What was pushed while it was closed comes along, unless the branch was moved elsewhere. */
async function prepareReopening({ app }: Context, pull: PullRequest): Promise<void> {
  const { repositoryId, ref } = pull.head;
  const now = app.world.repositories.get(repositoryId)?.git.branch(ref);
  if (now === undefined || pull.forcePushedWhileClosed || pull.mergedAt !== undefined) {
    const why = now === undefined ? "has been deleted" : "was force-pushed or recreated";
    const message = `state cannot be changed. The ${ref} branch ${why}.`;
    throw invalid({ resource: "PullRequest", code: "custom", field: "state", message });
  }
  pull.headSha = now;
  await bringHead(app, pull);
}

async function merge(context: Context): Promise<Reply> {
  const { app, repository, user } = context;
  const pull = pullOf(context);
  if (user === undefined || !app.world.may("write", repository, user)) throw forbidden();
  const { git } = repository;
  const before = git.branch(pull.base) ?? "";
  const tree = pull.state === "open" ? await mergeTree(git, before, pull.headSha) : undefined;
  if (tree === undefined) throw new Refused(405, "Pull Request is not mergeable");
  const message = `Merge pull request #${pull.number} from ${fullNameOf(repository)}\n\n${pull.title}\n`;
  const after = await commitTree(git, { tree, parents: [before, pull.headSha], message, author: user });
  await git.setRef(`refs/heads/${pull.base}`, after);
  pull.state = "closed";
  pull.mergedAt = Date.now();
  announcePull(app, pull, "closed", user);
  await branchMoved(app, repository, user, { branch: pull.base, before, after });
  return ok({ sha: after, merged: true, message: "Pull Request successfully merged" });
}

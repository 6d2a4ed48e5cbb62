// Pull requests, in the port's words merge requests.
import { TandemError } from "../../model/errors.ts";
import type { Forge, MergeRequest, MergeRequestChange, NewMergeRequest } from "../forge.ts";
import { refusalOf, unless } from "../http/answers.ts";
import { askForAll, NOT_THERE, parse } from "./answers.ts";
import { pullRequestSchema } from "./schemas.ts";
import { toMergeRequest } from "./translate.ts";
import type { Ask } from "./transport.ts";

/** See `Forge.readMergeRequest`. */
export async function readMergeRequest(ask: Ask, id: number, number: number): Promise<MergeRequest | undefined> {
  const answer = await unless(NOT_THERE, ask("GET /repositories/{id}/pulls/{number}", { id, number }));
  return answer === undefined ? undefined : toMergeRequest(parse(pullRequestSchema, answer));
}

/**
 * See `Forge.findMergeRequests`. Only branches of the author's own repositories are looked at, as GitHub's filter needs an
 * owner. Each one found is read by itself: in lists GitHub neither counts comments nor tells of conflicts.
 */
export async function findMergeRequests(
  ask: Ask,
  id: number,
  { sourceBranch, author }: Parameters<Forge["findMergeRequests"]>[1],
): Promise<readonly MergeRequest[]> {
  const head = `${author.username}:${sourceBranch}`;
  const filter = { id, state: "all", head, sort: "created", direction: "desc" };
  const found = await askForAll(ask, pullRequestSchema, "GET /repositories/{id}/pulls", filter);
  const theirs = found.filter(({ user, head: { ref } }) => user?.id === author.id && ref === sourceBranch);
  const read = await Promise.all(theirs.map(({ number }) => readMergeRequest(ask, id, number)));
  return read.filter((each) => each !== undefined);
}

/** See `Forge.findOpenMergeRequests`. Conflicts and number of comments are not told: `false` and 0. */
export async function findOpenMergeRequests(ask: Ask, id: number, base: string): Promise<readonly MergeRequest[]> {
  const filter = { id, state: "open", base, sort: "created", direction: "asc" };
  const found = await askForAll(ask, pullRequestSchema, "GET /repositories/{id}/pulls", filter);
  return found.filter((raw) => raw.base.ref === base).map(toMergeRequest);
}

/** See `Forge.createMergeRequest`. Throws kind `stale` when there is one from this branch into that one. */
export async function createMergeRequest(ask: Ask, request: NewMergeRequest): Promise<MergeRequest> {
  const { sourceProject, sourceBranch, targetProjectId, targetBranch, title, description } = request;
  const [owner] = sourceProject.path.split("/");
  const answer = await ask("POST /repositories/{id}/pulls", {
    id: targetProjectId,
    head: `${owner}:${sourceBranch}`,
    base: targetBranch,
    title,
    body: description,
    maintainer_can_modify: true,
  });
  return toMergeRequest(parse(pullRequestSchema, answer));
}

/**
 * See `Forge.updateMergeRequest`.
 * @throws TandemError kind `user`, code `reopen-refused`: GitHub does not reopen what was pushed over while it was closed
 */
export async function updateMergeRequest(
  ask: Ask,
  id: number,
  number: number,
  { title, description, targetBranch, state }: MergeRequestChange,
): Promise<MergeRequest> {
  const change = {
    ...(title === undefined ? {} : { title }),
    ...(description === undefined ? {} : { body: description }),
    ...(targetBranch === undefined ? {} : { base: targetBranch }),
    ...(state === undefined ? {} : { state: state === "opened" ? "open" : "closed" }),
  };
  try {
    const answer = await ask("PATCH /repositories/{id}/pulls/{number}", { id, number, ...change });
    return toMergeRequest(parse(pullRequestSchema, answer));
  } catch (thrown) {
    const refusal = refusalOf(thrown);
    if (state !== "opened" || refusal?.status !== 422 || !/cannot be changed/i.test(refusal.description)) throw thrown;
    throw new TandemError("user", `GitHub does not reopen pull request ${number}: ${refusal.description}`, {
      code: "reopen-refused",
      fix: "Open a new pull request.",
      cause: thrown,
    });
  }
}

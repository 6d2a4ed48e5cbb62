// The filters and orders of merge request lists.
import type { Context } from "../http/context.ts";
import { sorted } from "../http/paginate.ts";
import { unauthorized } from "../http/reply.ts";
import { isDraft } from "../merge-requests/title.ts";
import type { MergeRequest } from "../state/types.ts";

type Test = (mr: MergeRequest) => boolean;

/** Applies the request's filters; the default order is the newest first. */
export function filterMergeRequests(
  context: Context,
  all: readonly MergeRequest[],
  defaultScope: string,
): readonly MergeRequest[] {
  const { input } = context;
  const tests = [...placeTests(context), ...peopleTests(context, defaultScope), ...timeTests(context)];
  const found = all.filter((mr) => tests.every((test) => test(mr)));
  const by = input.choice("order_by", ["created_at", "updated_at", "title", "merged_at"]) ?? "created_at";
  const keys = { created_at: "createdAt", updated_at: "updatedAt", title: "title", merged_at: "mergedAt" } as const;
  return sorted(found, (mr) => mr[keys[by]], input.choice("sort", ["asc", "desc"]) ?? "desc");
}

function placeTests({ input }: Context): readonly Test[] {
  const state = input.choice("state", ["opened", "closed", "locked", "merged", "all"]) ?? "all";
  const source = input.text("source_branch");
  const target = input.text("target_branch");
  const sourceProject = input.integer("source_project_id");
  const iids = input.list("iids")?.map(Number);
  const labels = input.list("labels") ?? [];
  const draft = input.text("wip") ?? (input.has("draft") ? (input.flag("draft") ? "yes" : "no") : undefined);
  const search = input.text("search")?.toLowerCase();
  return [
    (mr) => state === "all" || mr.state === state,
    (mr) => (source ?? mr.sourceBranch) === mr.sourceBranch,
    (mr) => (target ?? mr.targetBranch) === mr.targetBranch,
    (mr) => (sourceProject ?? mr.sourceProjectId) === mr.sourceProjectId,
    (mr) => iids === undefined || iids.includes(mr.iid),
    (mr) => labels.every((label) => mr.labels.includes(label)),
    (mr) => draft === undefined || isDraft(mr.title) === (draft === "yes"),
    (mr) => search === undefined || `${mr.title}\n${mr.description ?? ""}`.toLowerCase().includes(search),
  ];
}

function peopleTests(context: Context, defaultScope: string): readonly Test[] {
  const { app, input, user } = context;
  const authorId = input.integer("author_id");
  const authorName = input.text("author_username")?.toLowerCase();
  const scopes = ["all", "created_by_me", "created-by-me", "assigned_to_me", "assigned-to-me"] as const;
  const scope = (input.choice("scope", scopes) ?? defaultScope).replaceAll("-", "_");
  if (scope !== "all" && user === undefined) throw unauthorized();
  const me = user?.id ?? 0;
  return [
    (mr) => (authorId ?? mr.authorId) === mr.authorId,
    (mr) => authorName === undefined || app.world.userOf(mr.authorId).username.toLowerCase() === authorName,
    (mr) => scope !== "created_by_me" || mr.authorId === me,
    (mr) => scope !== "assigned_to_me" || mr.assigneeIds.includes(me),
  ];
}

function timeTests({ input }: Context): readonly Test[] {
  const limit = (name: string): number | undefined => {
    const text = input.text(name);
    return text === undefined ? undefined : Date.parse(text);
  };
  const [updatedAfter, updatedBefore, createdAfter, createdBefore] = [
    limit("updated_after"),
    limit("updated_before"),
    limit("created_after"),
    limit("created_before"),
  ];
  return [
    (mr) => updatedAfter === undefined || Date.parse(mr.updatedAt) >= updatedAfter,
    (mr) => updatedBefore === undefined || Date.parse(mr.updatedAt) <= updatedBefore,
    (mr) => createdAfter === undefined || Date.parse(mr.createdAt) >= createdAfter,
    (mr) => createdBefore === undefined || Date.parse(mr.createdAt) <= createdBefore,
  ];
}

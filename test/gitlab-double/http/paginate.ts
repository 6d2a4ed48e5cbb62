// Offset paging with GitLab's headers.
import type { Context } from "./context.ts";
import { ok, type Reply } from "./reply.ts";

const DEFAULT_PER_PAGE = 20;
const MAX_PER_PAGE = 100;

/** Answers one page of a list. `render` is called for the items of that page only. */
export async function page<T>(
  context: Context,
  items: readonly T[],
  render: (item: T) => unknown | Promise<unknown>,
): Promise<Reply> {
  const perPage = Math.min(Math.max(context.input.integer("per_page") ?? DEFAULT_PER_PAGE, 1), MAX_PER_PAGE);
  const current = Math.max(context.input.integer("page") ?? 1, 1);
  const last = Math.max(1, Math.ceil(items.length / perPage));
  const rows = items.slice((current - 1) * perPage, current * perPage);
  const next = current < last ? current + 1 : undefined;
  const previous = current > 1 ? current - 1 : undefined;
  const link = (number: number | undefined, rel: string): readonly string[] =>
    number === undefined ? [] : [`<${address(context, number, perPage)}>; rel="${rel}"`];
  return ok(await Promise.all(rows.map(render)), {
    "X-Page": String(current),
    "X-Per-Page": String(perPage),
    "X-Next-Page": String(next ?? ""),
    "X-Prev-Page": String(previous ?? ""),
    "X-Total": String(items.length),
    "X-Total-Pages": String(last),
    Link: [...link(previous, "prev"), ...link(next, "next"), ...link(1, "first"), ...link(last, "last")].join(", "),
  });
}

function address(context: Context, number: number, perPage: number): string {
  const query = new URLSearchParams(context.query);
  query.set("page", String(number));
  query.set("per_page", String(perPage));
  return `${context.app.url}/api/v4${context.path}?${query.toString()}`;
}

/** Sorts by a text or number; ties are broken by id, so that things of the same millisecond keep their order. */
export function sorted<T extends { readonly id: number }>(
  items: readonly T[],
  key: (item: T) => string | number | null,
  direction: "asc" | "desc",
): readonly T[] {
  const sign = direction === "asc" ? 1 : -1;
  return [...items].sort((a, b) => {
    const left = key(a) ?? "";
    const right = key(b) ?? "";
    if (left === right) return sign * (a.id - b.id);
    return left < right ? -sign : sign;
  });
}

// What a route of the API is, and what it is given.
import type { App } from "./app.ts";
import type { Reply } from "./reply.ts";
import type { Repository, User } from "./world.ts";

/** What a route of a repository is given. */
export interface Context {
  readonly app: App;
  readonly repository: Repository;
  /** Parts of the path, decoded. */
  readonly params: readonly string[];
  readonly query: URLSearchParams;
  readonly body: Readonly<Record<string, unknown>>;
  /** Undefined for strangers, who only read. */
  readonly user: User | undefined;
}

/** Method, pattern of the path below the repository, and what it does. */
export type Route = readonly [method: string, path: RegExp, handle: (context: Context) => Reply | Promise<Reply>];

/** One page of a list. */
export function pageOf<T>(items: readonly T[], query: URLSearchParams): readonly T[] {
  const size = Math.min(Number(query.get("per_page") ?? 30), 100);
  const page = Number(query.get("page") ?? 1);
  return items.slice((page - 1) * size, page * size);
}

/** A text of the body; undefined when it is absent. */
export function text(body: Context["body"], name: string): string | undefined {
  const value = body[name];
  return typeof value === "string" ? value : undefined;
}

// The pairs that are known: the newest record of each, and whether anybody may see its projects. Holds values in memory.
import type { PairRecord } from "../../model/job-record.ts";
import type { Left } from "./job-facts.ts";

/** What the newest record of a pair says. */
export interface KnownPair {
  /** When its job ended, in milliseconds since the epoch. */
  readonly at: number;
  /** Undefined when the merge request is none of Tandem's business any more. */
  readonly record: PairRecord | undefined;
}

/** The pairs. */
export interface PairIndex {
  /** Takes what a mirror job left; jobs come in any order. Tells whether other pairs may be seen otherwise by it. */
  add(id: string, left: Left, at: number): "visibility" | undefined;
  /** Forgets what is older. Returns the ids of the pairs that are forgotten. */
  dropBefore(at: number): readonly string[];
  /** Undefined when nothing is known of it, or it is none of Tandem's business. */
  record(id: string): PairRecord | undefined;
  /** Whether anybody may see both projects, as far as any job knows. */
  isPublic(id: string): boolean;
}

/** Makes an empty index. */
export function createPairIndex(): PairIndex {
  const pairs = new Map<string, KnownPair>();
  /** Of each project what the newest record of any pair says. */
  const projects = new Map<string, { readonly at: number; readonly isPublic: boolean }>();
  const see = (forge: string, { id, isPublic }: PairRecord["source"]["project"], at: number): boolean => {
    const key = `${forge}-${id}`;
    const before = projects.get(key);
    if (before && before.at > at) return false;
    projects.set(key, { at, isPublic });
    // Of a project that nobody knew there is no other pair.
    return before !== undefined && before.isPublic !== isPublic;
  };
  const maySee = (forge: string, id: number) => projects.get(`${forge}-${id}`)?.isPublic === true;
  return {
    add(id, left, at) {
      if (left === undefined || left === "unreadable") return undefined;
      const record = left === "no-pair" ? undefined : left;
      if ((pairs.get(id)?.at ?? 0) <= at) pairs.set(id, { at, record });
      const changes = record
        ? [see(forgeOf(id), record.source.project, at), record.dist && see(DIST_FORGE, record.dist.project, at)]
        : [];
      return changes.includes(true) ? "visibility" : undefined;
    },
    dropBefore(at) {
      const old = [...pairs].flatMap(([id, known]) => (known.at < at ? [id] : []));
      for (const id of old) pairs.delete(id);
      for (const [key, known] of projects) if (known.at < at) projects.delete(key);
      return old;
    },
    record: (id) => pairs.get(id)?.record,
    isPublic(id) {
      const record = pairs.get(id)?.record;
      if (!record?.dist) return false;
      return maySee(forgeOf(id), record.source.project.id) && maySee(DIST_FORGE, record.dist.project.id);
    },
  };
}

const DIST_FORGE = "gitlab";

/** The forge of the source merge request, with which the id of a pair begins. */
function forgeOf(id: string): string {
  return id.slice(0, id.indexOf("-"));
}

// All that is known of jobs and pairs, in memory, for whoever asks: what the queue keeps, and nothing else. No I/O here.
import type { QueueName } from "../../model/jobs.ts";
import type { PairView, Viewer } from "../../model/pair-view.ts";
import { KEPT, keptSeconds } from "../job-options.ts";
import type { JobFacts, ReadJob } from "./job-facts.ts";
import { createPairIndex } from "./pair-index.ts";
import { toPairView } from "./show.ts";
import { createSortedList } from "./sorted-list.ts";

/** Where the queue keeps a job that has ended. */
export interface EndedPlace {
  readonly queue: QueueName;
  readonly shelf: "completed" | "failed";
  readonly id: string;
}

/** The model. What it gives out is not changed any more. */
export interface ReadModel {
  /** Whether this job was read already. */
  knows(place: EndedPlace): boolean;
  /** @param read undefined for what cannot be read: it is remembered, so that nobody reads it again */
  addEnded(place: EndedPlace, read: ReadJob | undefined, endedAt: number): void;
  /** Takes note that the queue has no ended jobs but these: an operator has removed others. */
  keepOnly(place: Omit<EndedPlace, "id">, ids: ReadonlySet<string>): void;
  /** Takes the jobs that wait or run in place of the former ones. One that had ended before was tried again. */
  setLive(jobs: readonly JobFacts[]): void;
  /** Forgets what the queue forgets. */
  prune(nowMs: number): void;
  /** As an admin sees them, newest event first. */
  pairs(): readonly PairView[];
  pair(id: string): PairView | undefined;
  /** Those that a viewer may see, newest first. */
  jobs(viewer: Viewer): readonly JobFacts[];
  jobsOf(pair: string): readonly JobFacts[];
  /** Whether all of a job's pairs are public, and there is one. */
  isPublic(job: JobFacts): boolean;
  routeOf(job: JobFacts): string | undefined;
}

interface Ended {
  readonly at: number;
  readonly facts: JobFacts | undefined;
}

/** Makes an empty model. */
export function createReadModel(): ReadModel {
  const shelves = new Map<string, Map<string, Ended>>();
  const byPair = new Map<string, Set<JobFacts>>();
  const index = createPairIndex();
  const views = createViews((id) => {
    const record = index.record(id);
    const about = [...(byPair.get(id) ?? [])];
    // Whoever removed its mirror jobs has removed the record.
    if (!record || !about.some(({ queue }) => queue === "mirror")) return undefined;
    return toPairView({ id, record, isPublic: index.isPublic(id), jobs: about });
  });
  let live = new Map<string, JobFacts>();
  const jobs = createSortedList(newestFirst);
  let publicJobs: readonly JobFacts[] | undefined;

  const shelfOf = ({ queue, shelf }: Omit<EndedPlace, "id">) => {
    const key = `${queue}/${shelf}`;
    const found = shelves.get(key) ?? new Map<string, Ended>();
    shelves.set(key, found);
    return found;
  };
  const link = (facts: JobFacts) => {
    jobs.add(facts);
    publicJobs = undefined;
    for (const id of facts.pairs) {
      byPair.set(id, (byPair.get(id) ?? new Set()).add(facts));
      views.touch(id);
    }
  };
  const unlink = (facts: JobFacts) => {
    jobs.remove(facts);
    publicJobs = undefined;
    for (const id of facts.pairs) {
      const others = byPair.get(id);
      others?.delete(facts);
      if (others?.size === 0) byPair.delete(id);
      views.touch(id);
    }
  };
  const forget = (place: EndedPlace) => {
    const facts = shelfOf(place).get(place.id)?.facts;
    if (facts) unlink(facts);
    shelfOf(place).delete(place.id);
  };
  const forgetEnded = (queue: QueueName, id: string) => {
    forget({ queue, shelf: "completed", id });
    forget({ queue, shelf: "failed", id });
  };
  const pruneShelf = (place: Omit<EndedPlace, "id">, nowMs: number): number => {
    const shelf = shelfOf(place);
    const cutoff = cutoffOf([...shelf.values()], { ...keepingOf(place), nowMs });
    for (const [id, { at }] of shelf) if (at < cutoff) forget({ ...place, id });
    return cutoff;
  };

  const isPublic = ({ pairs }: JobFacts) => pairs.length > 0 && pairs.every((id) => views.get(id)?.isPublic === true);

  return {
    knows: (place) => shelfOf(place).has(place.id),
    addEnded(place, read, at) {
      forgetEnded(place.queue, place.id);
      const key = keyOf(place);
      const before = live.get(key);
      if (before) unlink(before);
      live.delete(key);
      shelfOf(place).set(place.id, { at, facts: read?.facts });
      if (!read) return;
      link(read.facts);
      const [pair] = read.facts.pairs;
      if (pair !== undefined && index.add(pair, read.left, at) === "visibility") views.touchAll();
    },
    keepOnly(place, ids) {
      for (const id of shelfOf(place).keys()) if (!ids.has(id)) forget({ ...place, id });
    },
    setLive(living) {
      const before = live;
      live = new Map(living.map((facts) => [keyOf(facts), facts]));
      for (const [key, facts] of before) if (live.get(key) !== facts) unlink(facts);
      for (const [key, facts] of live) {
        if (before.get(key) === facts) continue;
        forgetEnded(facts.queue, facts.id);
        link(facts);
      }
    },
    prune(nowMs) {
      for (const queue of Object.keys(KEPT) as QueueName[]) {
        pruneShelf({ queue, shelf: "failed" }, nowMs);
        const cutoff = pruneShelf({ queue, shelf: "completed" }, nowMs);
        if (queue === "mirror") for (const id of index.dropBefore(cutoff)) views.touch(id);
      }
    },
    pairs: () => views.sorted(),
    pair: (id) => views.get(id),
    jobs(viewer) {
      if (viewer === "admin") return jobs.items();
      publicJobs ??= jobs.items().filter(isPublic);
      return publicJobs;
    },
    jobsOf: (pair) => [...(byPair.get(pair) ?? [])].sort(newestFirst),
    isPublic,
    routeOf: ({ route, pairs: [pair] }) => route ?? (pair === undefined ? undefined : index.record(pair)?.route),
  };
}

function keyOf({ queue, id }: Pick<EndedPlace, "queue" | "id">): string {
  return `${queue}/${id}`;
}

function newestFirst(one: JobFacts, other: JobFacts): number {
  return other.addedAt - one.addedAt || (other.endedAt ?? Infinity) - (one.endedAt ?? Infinity) || 0;
}

function keepingOf({ queue, shelf }: Omit<EndedPlace, "id">) {
  return { count: KEPT[queue][shelf], seconds: keptSeconds(queue)[shelf] };
}

/** What ended before this time, in milliseconds since the epoch, is not kept. */
function cutoffOf(
  ended: readonly Ended[],
  { count, seconds, nowMs }: { readonly count: number; readonly seconds: number; readonly nowMs: number },
): number {
  const byAge = nowMs - seconds * 1_000;
  if (ended.length <= count) return byAge;
  const times = Float64Array.from(ended, ({ at }) => at).sort();
  return Math.max(byAge, times[times.length - count] ?? 0);
}

/** The views of pairs, made when somebody asks and only where something changed. */
function createViews(make: (id: string) => PairView | undefined) {
  const views = new Map<string, PairView>();
  const touched = new Set<string>();
  const sorted = createSortedList<PairView>(
    (one, other) => other.lastEventAt - one.lastEventAt || (one.id < other.id ? -1 : 1),
  );
  const refresh = () => {
    for (const id of touched) {
      const before = views.get(id);
      if (before) sorted.remove(before);
      const view = make(id);
      if (view) {
        views.set(id, view);
        sorted.add(view);
      } else views.delete(id);
    }
    touched.clear();
  };
  return {
    touch: (id: string) => touched.add(id),
    touchAll() {
      for (const id of views.keys()) touched.add(id);
    },
    get(id: string) {
      refresh();
      return views.get(id);
    },
    sorted() {
      refresh();
      return sorted.items();
    },
  };
}

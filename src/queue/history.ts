// What people are shown of pairs and jobs: made from the records of the queue, which this process keeps a model of in memory
// (ADR 23). It is the adapter behind the API's port `Board`.
import type { Clock } from "../model/clock.ts";
import type { QueueName } from "../model/jobs.ts";
import type {
  HealthView,
  HeardView,
  JobState,
  JobView,
  Page,
  PairFilter,
  PairView,
  TrendView,
  Viewer,
} from "../model/pair-view.ts";
import type { QueueDepth } from "../model/queue-depth.ts";
import type { Route } from "../model/routes.ts";
import type { Backend } from "./backend.ts";
import { QUEUE_NAMES } from "./enqueue.ts";
import type { JobFacts } from "./history/job-facts.ts";
import { heardOf, hoursOf, openedOf, sweepsOf } from "./history/numbers.ts";
import { createReadModel, type ReadModel } from "./history/read-model.ts";
import { createQueueReader } from "./history/read-queues.ts";
import { forViewer, pairTest, toJobView } from "./history/show.ts";
import { reach } from "./reach.ts";

/** What the history needs beside the queue. */
export interface HistoryOptions {
  readonly routes: readonly Route[];
  readonly clock: Clock;
  /** Looks how full the queues are. */
  readonly measure: () => Promise<readonly QueueDepth[]>;
  /** When this process heard of each side of each route: not every delivery leads to a job. */
  readonly heardHere: () => readonly HeardView[];
}

/** The history. Every method throws kind `environment`, code `queue-unreachable`, when the queue is away. */
export interface History {
  listPairs(filter: PairFilter, viewer: Viewer, page: number): Promise<Page<PairView>>;
  readPair(id: string, viewer: Viewer): Promise<PairView | undefined>;
  listPairJobs(id: string, viewer: Viewer): Promise<readonly JobView[]>;
  listJobs(
    filter: { readonly queue?: QueueName; readonly state?: JobState },
    viewer: Viewer,
    page: number,
  ): Promise<Page<JobView>>;
  readHealth(): Promise<HealthView>;
  readTrend(viewer: Viewer): Promise<TrendView>;
  close(): Promise<void>;
}

const PAGE_SIZE = 50;
/** The newest jobs of a pair that are listed. */
const MAX_PAIR_JOBS = 200;

/** Opens one queue per name on a backend that belongs to the caller. Nothing is read before somebody asks. */
export function openHistory(backend: Backend, options: HistoryOptions): History {
  const { routes, clock } = options;
  const queues = new Map(QUEUE_NAMES.map((name) => [name, backend.openQueue(name)] as const));
  const upToDate = keepUpToDate(createReadModel(), (model) => createQueueReader(queues, model), clock);
  return {
    async listPairs(filter, viewer, page) {
      const model = await upToDate();
      const { items, ...rest } = pageOf(model.pairs().filter(pairTest(filter, viewer)), page);
      return { ...rest, items: items.map((pair) => forViewer(pair, viewer)) };
    },
    async readPair(id, viewer) {
      const pair = (await upToDate()).pair(id);
      return pair && pairTest({}, viewer)(pair) ? forViewer(pair, viewer) : undefined;
    },
    async listPairJobs(id, viewer) {
      const model = await upToDate();
      return model
        .jobsOf(id)
        .filter((job) => viewer === "admin" || model.isPublic(job))
        .slice(0, MAX_PAIR_JOBS)
        .map(viewed(model, viewer));
    },
    async listJobs(filter, viewer, page) {
      const model = await upToDate();
      const { items, ...rest } = pageOf(model.jobs(viewer).filter(jobTest(filter)), page);
      return { ...rest, items: items.map(viewed(model, viewer)) };
    },
    async readHealth() {
      const [model, depths] = await Promise.all([upToDate(), reach(options.measure())]);
      const jobs = model.jobs("admin");
      const heard = heardOf(jobs, options.heardHere(), { routes, routeOf: model.routeOf });
      return { queues: depths, sweeps: sweepsOf(jobs, routes), heard };
    },
    async readTrend(viewer) {
      const model = await upToDate();
      const now = clock.now();
      return { opened: openedOf(model.jobs(viewer), now), hours: hoursOf(model.jobs("admin"), now) };
    },
    async close() {
      await Promise.all([...queues.values()].map((queue) => queue.close()));
    },
  };
}

/** How long an answer may be behind the queue, in milliseconds. */
const FRESH_MS = 1_000;
const PRUNE_MS = 60_000;

/** Makes the function that gives the model after it was brought up to date, if that is not too long ago. */
function keepUpToDate(
  model: ReadModel,
  createReader: (model: ReadModel) => { refresh(): Promise<void> },
  clock: Clock,
): () => Promise<ReadModel> {
  const reader = createReader(model);
  let refreshedAt = Number.NEGATIVE_INFINITY;
  let prunedAt = Number.NEGATIVE_INFINITY;
  let refreshing: Promise<void> | undefined;
  const refresh = async () => {
    try {
      await reader.refresh();
      refreshedAt = clock.now();
      if (refreshedAt - prunedAt < PRUNE_MS) return;
      model.prune(refreshedAt);
      prunedAt = refreshedAt;
    } finally {
      refreshing = undefined;
    }
  };
  return async () => {
    if (clock.now() - refreshedAt >= FRESH_MS) {
      refreshing ??= refresh();
      await refreshing;
    }
    return model;
  };
}

function jobTest(filter: { readonly queue?: QueueName; readonly state?: JobState }): (job: JobFacts) => boolean {
  return (job) =>
    (filter.queue === undefined || job.queue === filter.queue) &&
    (filter.state === undefined || job.state === filter.state);
}

function viewed(model: ReadModel, viewer: Viewer): (job: JobFacts) => JobView {
  return (job) => toJobView({ ...job, route: model.routeOf(job) }, model.isPublic(job), viewer);
}

function pageOf<T>(all: readonly T[], page: number): Page<T> {
  const from = (page - 1) * PAGE_SIZE;
  return { items: all.slice(from, from + PAGE_SIZE), total: all.length, page, pageSize: PAGE_SIZE };
}

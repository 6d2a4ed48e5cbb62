// The port to what people are shown of pairs and jobs. The adapter reads the records of the queue.
import type { QueueName } from "../model/jobs.ts";
import type {
  HealthView,
  JobState,
  JobView,
  Page,
  PairFilter,
  PairView,
  TrendView,
  Viewer,
} from "../model/pair-view.ts";

/** Where pages and JSON get what they show. Every method throws kind `environment` when the queue cannot be reached. */
export interface Board {
  /** Newest event first. */
  listPairs(filter: PairFilter, viewer: Viewer, page: number): Promise<Page<PairView>>;
  /** Undefined when nobody knows such a pair, or the viewer may not see it. */
  readPair(id: string, viewer: Viewer): Promise<PairView | undefined>;
  /** The jobs about a pair, newest first. */
  listPairJobs(id: string, viewer: Viewer): Promise<readonly JobView[]>;
  /** Jobs of all queues, newest first. */
  listJobs(
    filter: { readonly queue?: QueueName; readonly state?: JobState },
    viewer: Viewer,
    page: number,
  ): Promise<Page<JobView>>;
  readHealth(): Promise<HealthView>;
  readTrend(viewer: Viewer): Promise<TrendView>;
}

// Brings a read model up to date with the queues: the jobs that live, and those that have ended since.
import type { Queue } from "bullmq";
import type { QueueName } from "../../model/jobs.ts";
import { KEPT } from "../job-options.ts";
import { reach } from "../reach.ts";
import { type JobFacts, readJob, type Shelf } from "./job-facts.ts";
import type { EndedPlace, ReadModel } from "./read-model.ts";

/** Jobs that are asked for at once. Between two pages others have their turn. */
const PAGE = 100;
/** Jobs of one queue in one state that are shown as waiting. When there are more, it is no use to name them. */
const MAX_LIVE = 1_000;

/** BullMQ's lists of jobs that have not ended. */
const LIVE = [
  ["active", "active"],
  ["waiting", "waiting"],
  ["prioritized", "waiting"],
  ["delayed", "delayed"],
] as const satisfies readonly (readonly [string, Shelf])[];

/** Reads what changed. */
export interface QueueReader {
  /**
   * Reads once. The first time that is everything which the queues keep.
   * @throws TandemError kind `environment`, code `queue-unreachable`
   */
  refresh(): Promise<void>;
}

/** Makes a reader that fills a model. */
export function createQueueReader(queues: ReadonlyMap<QueueName, Queue>, model: ReadModel): QueueReader {
  /** The jobs that lived at the last look, so that each is read once for each list that it is on. */
  let known = new Map<string, JobFacts | undefined>();
  return {
    async refresh() {
      const lists = [...queues].flatMap(([name, queue]) => LIVE.map((list) => readLive(name, queue, list, known)));
      known = new Map((await Promise.all(lists)).flat());
      model.setLive([...known.values()].flatMap((facts) => facts ?? []));
      // Last, so that one that has ended meanwhile counts as ended.
      const ended = [...queues].flatMap(([name, queue]) =>
        SHELVES.map((shelf) => readEnded(queue, { queue: name, shelf }, model)),
      );
      await Promise.all(ended);
    },
  };
}

const SHELVES = ["completed", "failed"] as const;

/** The jobs of one list, by the names under which they are known. Those that are known are not read again. */
async function readLive(
  name: QueueName,
  queue: Queue,
  [list, shelf]: (typeof LIVE)[number],
  known: ReadonlyMap<string, JobFacts | undefined>,
): Promise<readonly (readonly [string, JobFacts | undefined])[]> {
  const ids = await reach(queue.getRanges([list], 0, MAX_LIVE - 1));
  const keys = new Map(ids.map((id) => [id, `${name}/${list}/${id}`] as const));
  const unknown = ids.filter((id) => !known.has(keys.get(id) ?? ""));
  const jobs = await reach(Promise.all(unknown.map((id) => queue.getJob(id))));
  const read = new Map(jobs.flatMap((job) => (job?.id ? [[job.id, readJob(job, shelf)?.facts] as const] : [])));
  return [...keys].map(([id, key]) => [key, read.get(id) ?? known.get(key)]);
}

/** The newest first, page by page, until a page brings nothing new. */
async function readEnded(queue: Queue, place: Omit<EndedPlace, "id">, model: ReadModel): Promise<void> {
  const most = KEPT[place.queue][place.shelf];
  for (let from = 0; from < most; from += PAGE) {
    const ids = await reach(queue.getRanges([place.shelf], from, from + PAGE - 1));
    if (from === 0 && ids.length < PAGE) model.keepOnly(place, new Set(ids));
    const unknown = ids.filter((id) => !model.knows({ ...place, id }));
    const jobs = await reach(Promise.all(unknown.map((id) => queue.getJob(id))));
    for (const [index, job] of jobs.entries()) {
      const id = unknown[index];
      // It was removed meanwhile, or tried again.
      if (!job?.finishedOn || id === undefined) continue;
      model.addEnded({ ...place, id }, readJob(job, place.shelf), job.finishedOn);
    }
    if (unknown.length === 0 || ids.length < PAGE) return;
  }
}

// From what is known of pairs and jobs to what people are shown. Pure.
import { createHash } from "node:crypto";
import type { PairRecord } from "../../model/job-record.ts";
import type {
  JobDetails,
  JobView,
  PairFilter,
  PairState,
  PairView,
  RequestView,
  Viewer,
} from "../../model/pair-view.ts";
import { projectName } from "../../model/project-path.ts";
import type { JobFacts } from "./job-facts.ts";

/** What is known of a pair. */
export interface PairFacts {
  readonly id: string;
  readonly record: PairRecord;
  readonly isPublic: boolean;
  /** Its jobs, living ones included; at least one. */
  readonly jobs: readonly JobFacts[];
}

/** A pair as an admin sees it. */
export function toPairView({ id, record, isPublic, jobs }: PairFacts): PairView {
  const { source, dist } = record;
  const last = newestEnded(jobs);
  return {
    id,
    route: record.route,
    package: projectName(source.project.path),
    source: {
      ...toRequestView(source, source.project.path),
      title: source.title,
      author: source.author,
      createdAt: source.createdAt,
    },
    dist: dist?.request && toRequestView(dist.request, dist.project.path),
    state: stateOf(record, jobs, last),
    checks: record.checks,
    summary: last?.details.summary ?? "",
    lastEventAt: jobs.reduce((latest, { addedAt }) => Math.max(latest, addedAt), 0),
    isPublic,
  };
}

function toRequestView(request: Omit<RequestView, "projectPath">, projectPath: string): RequestView {
  const { iid, webUrl, state, draft, branch } = request;
  return { projectPath, iid, webUrl, state, draft, branch };
}

/** Only mirror jobs know how a pair stands. */
function newestEnded(jobs: readonly JobFacts[]): JobFacts | undefined {
  return jobs.reduce<JobFacts | undefined>(
    (newest, job) =>
      job.queue === "mirror" && job.endedAt !== undefined && job.endedAt >= (newest?.endedAt ?? 0) ? job : newest,
    undefined,
  );
}

function stateOf({ needsPerson }: PairRecord, jobs: readonly JobFacts[], last: JobFacts | undefined): PairState {
  if (jobs.some(({ endedAt }) => endedAt === undefined)) return "working";
  if (last?.state === "failed") return "failed";
  return needsPerson || last?.state === "refused" ? "attention" : "in-step";
}

const NO_DETAILS: JobDetails = { summary: "", plan: [], steps: [], errors: [] };

/** A job as a viewer sees it. The queue's id of it names the delivery, so that strangers get another one. */
export function toJobView(job: JobFacts, isPublic: boolean, viewer: Viewer): JobView {
  const { isDelivered: _, openedAt: __, sweep: ___, ...view } = job;
  if (viewer === "admin") return { ...view, isPublic };
  const id = createHash("sha256").update(job.id).digest("hex").slice(0, 16);
  return { ...view, id, origin: "", isPublic, details: NO_DETAILS };
}

/** A pair as a viewer sees it. */
export function forViewer(pair: PairView, viewer: Viewer): PairView {
  return viewer === "admin" ? pair : { ...pair, summary: "" };
}

/** Makes the test for a filter. */
export function pairTest(filter: PairFilter, viewer: Viewer): (pair: PairView) => boolean {
  const part = filter.package?.toLowerCase();
  return (pair) =>
    (viewer === "admin" || pair.isPublic) &&
    (filter.route === undefined || pair.route === filter.route) &&
    (part === undefined || pair.package.toLowerCase().includes(part)) &&
    (filter.state === undefined || pair.state === filter.state) &&
    (filter.life === undefined || (filter.life === "open") === isOpen(pair));
}

function isOpen({ source, dist }: PairView): boolean {
  return source.state === "opened" || dist?.state === "opened";
}

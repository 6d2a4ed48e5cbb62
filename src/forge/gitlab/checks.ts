// The checks of a pipeline: jobs, child pipelines with their jobs, and statuses that other systems reported.
import type { Commits, Jobs } from "@gitbeaker/rest";
import { z } from "zod";
import type { Check, Pipeline } from "../forge.ts";
import { unless } from "../http/answers.ts";
import { MAY_NOT_SEE, parse } from "./answers.ts";
import { bridgeSchema, commitStatusSchema, jobSchema } from "./schemas.ts";
import { toPipelineState } from "./translate.ts";

const MAX_CHECKS = 100;
/** Child pipelines may have children, in any project: somewhere it has to end. */
const MAX_PIPELINES = 20;

type Job = z.infer<typeof jobSchema>;
type Bridge = z.infer<typeof bridgeSchema>;
type Status = z.infer<typeof commitStatusSchema>;

/** The gitbeaker resources that are asked. */
export interface CheckSources {
  readonly jobs: Jobs;
  readonly commits: Commits;
}

/** A pipeline by the project in which it runs. */
interface PipelineRef {
  readonly projectId: number;
  readonly id: number;
}

/** See `DistForge.findChecks`. Three requests for a pipeline of GitLab's CI, two for each child, one for an external. */
export async function findChecks(sources: CheckSources, pipeline: Pipeline): Promise<readonly Check[]> {
  const external = pipeline.kind === "external";
  const [statuses, own] = await Promise.all([
    readStatuses(sources.commits, pipeline),
    external ? EMPTY : readRows(sources.jobs, { projectId: pipeline.projectId, id: pipeline.id }),
  ]);
  const ids = new Set([...own.jobs, ...own.bridges].map(({ id }) => id));
  // A status that names no other pipeline joins the newest one of its commit, also one of GitLab's own CI.
  const reported = statuses.filter(({ id }) => !ids.has(id)).map(toReported);
  const budget = { pipelines: MAX_PIPELINES - 1 };
  return [...(await toChecks(sources.jobs, own, "", budget)), ...reported].slice(0, MAX_CHECKS);
}

interface Rows {
  readonly jobs: readonly Job[];
  readonly bridges: readonly Bridge[];
}

const EMPTY: Rows = { jobs: [], bridges: [] };

async function readRows(jobs: Jobs, { projectId, id }: PipelineRef): Promise<Rows> {
  const newest = { perPage: MAX_CHECKS, maxPages: 1 };
  // gitbeaker sends paging parameters here as well, its types only do not name them.
  const bridgePage = { ...newest, showExpanded: false } as const;
  const [jobAnswer, bridgeAnswer] = await Promise.all([
    unless(MAY_NOT_SEE, jobs.all(projectId, { pipelineId: id, ...newest })),
    unless(MAY_NOT_SEE, jobs.allPipelineBridges(projectId, id, bridgePage)),
  ]);
  return {
    jobs: newestOfEachName(parse(z.array(jobSchema), jobAnswer ?? [])),
    bridges: newestOfEachName(parse(z.array(bridgeSchema), bridgeAnswer ?? [])),
  };
}

/** Each name once, in the order in which they run. */
function newestOfEachName<T extends { readonly id: number; readonly name: string }>(rows: readonly T[]): readonly T[] {
  const ascending = [...rows].sort((one, other) => one.id - other.id);
  return [...new Map(ascending.map((row) => [row.name, row])).values()].sort((one, other) => one.id - other.id);
}

async function toChecks(
  jobs: Jobs,
  rows: Rows,
  prefix: string,
  budget: { pipelines: number },
): Promise<readonly Check[]> {
  const checks: { readonly id: number; readonly checks: readonly Check[] }[] = rows.jobs.map((job) => ({
    id: job.id,
    checks: [toCheck(job, prefix)],
  }));
  for (const bridge of rows.bridges) {
    const child = bridge.downstream_pipeline;
    const inside: Check[] = [];
    if (child && budget.pipelines > 0) {
      budget.pipelines -= 1;
      const childRows = await readRows(jobs, { projectId: child.project_id, id: child.id });
      inside.push(...(await toChecks(jobs, childRows, `${prefix}${bridge.name} / `, budget)));
    }
    checks.push({ id: bridge.id, checks: [toBridgeCheck(bridge, prefix), ...inside] });
  }
  return checks.sort((one, other) => one.id - other.id).flatMap((each) => each.checks);
}

function toCheck(job: Job, prefix: string): Check {
  return {
    name: `${prefix}${job.name}`,
    state: toPipelineState(job.status),
    stateName: job.status,
    allowFailure: job.allow_failure ?? false,
    seconds: job.duration === null || job.duration === undefined ? undefined : Math.round(job.duration),
    webUrl: job.web_url ?? undefined,
  };
}

/** A bridge alone says only that it started something: the pipeline that it started has the result. */
function toBridgeCheck(bridge: Bridge, prefix: string): Check {
  const { downstream_pipeline: child } = bridge;
  return toCheck(child ? { ...bridge, status: child.status, web_url: child.web_url } : bridge, prefix);
}

async function readStatuses(commits: Commits, pipeline: Pipeline): Promise<readonly Status[]> {
  // gitbeaker sends the further parameters as well, its types only do not name them.
  const newest = { pipelineId: pipeline.id, perPage: MAX_CHECKS, maxPages: 1, showExpanded: false } as const;
  const answer: unknown = await unless(MAY_NOT_SEE, commits.allStatuses(pipeline.projectId, pipeline.sha, newest));
  const rows = parse(z.array(commitStatusSchema), answer ?? []).filter((row) =>
    typeof row.pipeline_id === "number" ? row.pipeline_id === pipeline.id : row.ref === pipeline.ref,
  );
  return newestOfEachName(rows);
}

function toReported(row: Status): Check {
  const { started_at: started, finished_at: finished } = row;
  const seconds =
    typeof started === "number" && typeof finished === "number" ? (finished - started) / 1_000 : undefined;
  return {
    name: row.name,
    state: toPipelineState(row.status),
    stateName: row.status,
    allowFailure: row.allow_failure ?? false,
    seconds: seconds === undefined ? undefined : Math.round(seconds),
    webUrl: row.target_url ?? undefined,
  };
}

// What a mirror job leaves in the queue: the pair after the job, and how the job went. Pure.
import type { MergeRequest, Project } from "../../forge/forge.ts";
import { MAX_PLAN_LINES, MAX_TEXT, type PairRecord } from "../../model/job-record.ts";
import type { ChecksState } from "../../model/pair-view.ts";
import { cut, plainLine } from "../../model/plain-line.ts";
import type { StepTime } from "../../model/step.ts";
import { overallState } from "../checks/select-pipelines.ts";
import type { Applied } from "./apply.ts";
import type { Look } from "./look.ts";
import { planLines } from "./plan-words.ts";
import type { Telling } from "./telling.ts";
import type { Subject, World } from "./world.ts";

/** How a mirror job went. */
export interface Course {
  readonly look: Look;
  /** What was done; undefined where nothing was. */
  readonly applied?: Applied | undefined;
  /** What there was to tell; undefined where there was nothing. */
  readonly telling?: Telling | undefined;
  readonly steps: readonly StepTime[];
}

/** The record; undefined when the merge request is none of Tandem's business, or has no package. */
export function pairRecord({ look, applied, telling, steps }: Course): PairRecord | undefined {
  const world = applied?.world ?? ("world" in look ? look.world : undefined);
  const subject = look.state === "blocked" ? look.subject : world;
  if (!subject || (world && !isPackage(world))) return undefined;
  const { source, sourceProject, route } = subject;
  const dist = applied ? applied.mergeRequest : world?.pair?.mergeRequest;
  return {
    v: 1,
    route: route.name,
    source: {
      ...requestOf(source),
      project: projectOf(sourceProject),
      title: textOf(source.title),
      author: textOf(source.author.username),
      createdAt: source.createdAt,
    },
    ...(world
      ? { dist: { project: projectOf(world.distProject), ...(dist ? { request: requestOf(dist) } : {}) } }
      : {}),
    checks: checksOf(world, applied),
    ...(telling ? { told: telling.tells } : {}),
    needsPerson: telling !== undefined && needsPerson(telling, subject),
    opened: isNew(look, dist),
    plan: planLines(look).slice(0, MAX_PLAN_LINES),
    steps: steps.map((step) => ({ ...step })),
  };
}

/** Whether there is, or was, something to follow. A repository without packaging is not shown. */
function isPackage({ packaged, pair, comment }: World): boolean {
  return packaged || pair !== undefined || comment !== undefined;
}

function requestOf({ iid, webUrl, state, draft, targetBranch }: MergeRequest) {
  return { iid, webUrl, state, draft, branch: targetBranch };
}

function projectOf({ id, path, isPublic }: Project) {
  return { id, path, isPublic };
}

function textOf(text: string): string {
  return cut(plainLine(text), MAX_TEXT);
}

/** A pipeline belongs to the commit that was at the branch's head before anything was pushed. */
function checksOf(world: World | undefined, applied: Applied | undefined): ChecksState {
  const pipelines = applied?.branch?.result === "pushed" ? [] : (world?.pair?.pipelines ?? []);
  return overallState(pipelines.map(({ pipeline }) => pipeline))?.state ?? "none";
}

function isNew(look: Look, dist: MergeRequest | undefined): boolean {
  if (!dist || look.state !== "planned") return false;
  const before = look.world.pair?.mergeRequest;
  return before === undefined || before.iid !== dist.iid;
}

const NEEDS_PERSON: Readonly<Record<Telling["tells"], boolean>> = {
  "in-step": false,
  "no-effect": false,
  closed: false,
  unserved: false,
  "dist-merged": false,
  "source-merged": false,
  "closed-by-hand": true,
  waiting: true,
  "foreign-branch": true,
  "dist-moved": true,
  problem: true,
  failure: true,
};

/** A merge request that a person closed waits for nobody once the source merge request has ended, too. */
function needsPerson(telling: Telling, { source }: Subject): boolean {
  if (telling.tells === "source-merged") return telling.does === "merge-refused";
  if (telling.tells === "closed-by-hand") return source.state === "opened";
  return NEEDS_PERSON[telling.tells];
}

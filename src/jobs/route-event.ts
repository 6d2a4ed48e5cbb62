// An event becomes jobs, or the reason why there is nothing to do. Pure: only the service's own routes decide.
import {
  type BranchPushed,
  type Event,
  type Ignored,
  ignored,
  type MergeRequestChanged,
  type PipelineChanged,
} from "../model/events.ts";
import type { Job } from "../model/jobs.ts";
import { parsePairBranch } from "../model/pair.ts";
import { findRouteOfDist, findRouteOfSource, isDistProject } from "../model/route-patterns.ts";
import type { Route } from "../model/routes.ts";

/** What routing needs beside the event. */
export interface Routing {
  readonly routes: readonly Route[];
  /** Joins the job's log lines to the delivery: its id. At most 200 characters. */
  readonly origin: string;
}

/** Pipelines for merge requests run on such a ref of the target project. */
const MERGE_REQUEST_REF = /^refs\/merge-requests\/[1-9]\d*\/(?:head|merge)$/;

/** Decides which jobs an event leads to. */
export function routeEvent(event: Event, routing: Routing): readonly Job[] | Ignored {
  switch (event.kind) {
    case "merge-request-changed":
      return routeMergeRequest(event, routing);
    case "pipeline-changed":
      return routePipeline(event, routing);
    case "branch-pushed":
      return routePush(event, routing);
  }
}

/** The target branch is left to the worker, which reads it anew: it may have changed since. */
function routeMergeRequest(event: MergeRequestChanged, { routes, origin }: Routing): readonly Job[] | Ignored {
  const { forge, projectId, projectPath, iid } = event;
  if (findRouteOfSource(routes, { forge, path: projectPath })) {
    return [{ v: 1, queue: "mirror", forge, projectId, iid, origin }];
  }
  if (forge === "gitlab" && isDistProject(routes, projectPath)) {
    return [{ v: 1, queue: "ci", forge, projectId, iid, origin }];
  }
  return ignored("No route serves merge requests of this project");
}

/** A pair's pipelines mostly run in the bot's fork, which no route names: which project it is, is left to the worker. */
function routePipeline(event: PipelineChanged, { routes, origin }: Routing): readonly Job[] | Ignored {
  const { forge, projectId, projectPath, sha, ref } = event;
  if (forge !== "gitlab") return ignored("Dist-git is on GitLab: pipelines of other forges tell nothing");
  if (!parsePairBranch(ref) && !MERGE_REQUEST_REF.test(ref) && !isDistProject(routes, projectPath)) {
    return ignored("The pipeline is not for a branch of a pair");
  }
  return [{ v: 1, queue: "ci", forge, projectId, sha, ref, origin }];
}

/** Whether the route wants a back-sync is left to the worker: waiting source merge requests are looked at either way. */
function routePush(event: BranchPushed, { routes, origin }: Routing): readonly Job[] | Ignored {
  const { forge, projectId, projectPath, branch } = event;
  if (forge === "gitlab" && findRouteOfDist(routes, projectPath, branch)) {
    return [{ v: 1, queue: "backsync", forge, projectId, branch, origin }];
  }
  if (findRouteOfSource(routes, { forge, path: projectPath })) {
    return ignored("Pushes to source-git come as changes of its merge requests");
  }
  return ignored("No route leads to this branch");
}

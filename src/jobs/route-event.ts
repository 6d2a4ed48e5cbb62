// An event becomes jobs, or the reason why there is nothing to do. Pure: only the service's own routes decide.
import { type Event, type Ignored, ignored } from "../model/events.ts";
import type { Job } from "../model/jobs.ts";
import { parsePairBranch } from "../model/pair.ts";
import { findRouteOfSource } from "../model/route-patterns.ts";
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
export function routeEvent(event: Event, { routes, origin }: Routing): readonly Job[] | Ignored {
  switch (event.kind) {
    case "merge-request-changed": {
      // The target branch is left to the worker, which reads it anew: it may have changed since.
      if (!findRouteOfSource(routes, event.projectPath))
        return ignored("No route serves merge requests of this project");
      const { forge, projectId, iid } = event;
      return [{ v: 1, queue: "mirror", forge, projectId, iid, origin }];
    }
    case "pipeline-changed": {
      // The project is left to the worker: pipelines of a pair mostly run in the bot's fork, which no route names.
      const { forge, projectId, sha, ref } = event;
      if (!parsePairBranch(ref) && !MERGE_REQUEST_REF.test(ref))
        return ignored("The pipeline is not for a branch of a pair");
      return [{ v: 1, queue: "ci", forge, projectId, sha, ref, origin }];
    }
  }
}

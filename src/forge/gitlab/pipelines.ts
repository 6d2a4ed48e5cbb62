// Lists of pipelines: the newest first, child pipelines left out, none where the bot sees none.
import type { MergeRequests, Pipelines } from "@gitbeaker/rest";
import { z } from "zod";
import type { Sha } from "../../model/ids.ts";
import type { Pipeline } from "../forge.ts";
import { unless } from "../http/answers.ts";
import { MAY_NOT_SEE, parse } from "./answers.ts";
import { pipelineSchema } from "./schemas.ts";
import { toPipeline } from "./translate.ts";

/** See `DistForge.findPipelines`. */
export async function findPipelines(pipelines: Pipelines, projectId: number, sha: Sha): Promise<readonly Pipeline[]> {
  const newest = { sha, orderBy: "id", sort: "desc", perPage: 100, maxPages: 1 } as const;
  return toPipelines(await unless(MAY_NOT_SEE, pipelines.all(projectId, newest)));
}

/** See `DistForge.findMergeRequestPipelines`. */
export async function findMergeRequestPipelines(
  mergeRequests: MergeRequests,
  projectId: number,
  iid: number,
): Promise<readonly Pipeline[]> {
  const newest = { perPage: 100, maxPages: 1 };
  return toPipelines(await unless(MAY_NOT_SEE, mergeRequests.allPipelines(projectId, iid, newest)));
}

function toPipelines(answer: unknown): readonly Pipeline[] {
  return parse(z.array(pipelineSchema), answer ?? [])
    .filter((pipeline) => pipeline.source !== "parent_pipeline")
    .sort((one, other) => other.id - one.id)
    .map(toPipeline);
}

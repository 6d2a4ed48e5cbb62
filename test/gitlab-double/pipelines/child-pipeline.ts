// Child pipelines: a bridge in one pipeline starts another one, in the same project or elsewhere.
import type { App } from "../app.ts";
import type { Pipeline } from "../state/ci-types.ts";
import type { Project } from "../state/types.ts";
import { planFromCiFile } from "./ci-file.ts";
import { insertJob, insertPipeline, kindOf, type Origin } from "./create-pipeline.ts";
import { scheduleSteps, setStatus, settle } from "./step-pipeline.ts";

/** A pipeline to be started by another one. */
export interface ChildOptions {
  /** Name of the bridge, i.e. of the job with `trigger`. */
  readonly bridge: string;
  /** Text of the CI file that it runs. */
  readonly file: string;
  /** `strategy: depend`: the bridge waits for the child. Default: it is done at once. */
  readonly depend?: boolean;
  readonly allowFailure?: boolean;
  /** Where it runs instead of the parent's project, and at which branch. */
  readonly elsewhere?: { readonly project: Project; readonly branch: string };
}

/** Adds the bridge to the pipeline and starts the child. */
export async function startChildPipeline(app: App, parent: Pipeline, options: ChildOptions): Promise<Pipeline> {
  const { bridge: name, depend = false, allowFailure = false } = options;
  const jobId = app.world.nextId("job");
  const origin = childOrigin(app, parent, options, jobId);
  const actor = { user: app.world.userOf(parent.userId) };
  const plan = planFromCiFile(options.file, kindOf(app, origin));
  const child = insertPipeline(app, actor, origin, plan, false);
  const bridge = insertJob(
    app,
    parent,
    {
      ...{ kind: "bridge", name, allowFailure, when: "on_success", status: "created", userId: parent.userId },
      ...{ stage: parent.stages[0] ?? "test", script: { steps: 1, fails: false } },
      ...{ targetUrl: null, description: null, coverage: null, downstream: { pipelineId: child.id, depend } },
    },
    jobId,
  );
  setStatus(app, bridge, depend ? child.status : "success");
  await settle(app, parent);
  scheduleSteps(app, child);
  return child;
}

function childOrigin(app: App, parent: Pipeline, { elsewhere }: ChildOptions, startedByJobId: number): Origin {
  if (elsewhere === undefined) {
    const project = app.world.projectOf(parent.projectId);
    const { sha, ref, tag } = parent;
    return { project, sha, ref, tag, source: "parent_pipeline", startedByJobId };
  }
  const { project, branch } = elsewhere;
  const sha = app.repository(project.id).branch(branch);
  if (sha === undefined) throw new Error(`GitLab double: ${project.path} has no branch ${branch}`);
  return { project, sha, ref: branch, tag: false, source: "pipeline", startedByJobId };
}

// Reads `.gitlab-ci.yml` into the jobs of one pipeline.
import { parse } from "yaml";
import { interpretScript, type ScriptOutcome } from "./interpret-script.ts";
import { isMap, type JobWhen, type PipelineKind, selectJob, workflowAllows } from "./select-job.ts";

/** A job to be made. */
export interface PlannedJob {
  readonly name: string;
  readonly stage: string;
  readonly kind: "build" | "bridge";
  readonly when: JobWhen;
  readonly allowFailure: boolean;
  readonly script: ScriptOutcome;
}

/** What the file asks for. No jobs and no error: no pipeline. */
export interface CiPlan {
  readonly stages: readonly string[];
  readonly jobs: readonly PlannedJob[];
  readonly error: string | undefined;
}

const NOT_JOBS = [
  "stages",
  "variables",
  "default",
  "include",
  "workflow",
  "image",
  "services",
  "cache",
  "before_script",
];
const ALSO_NOT_JOBS = ["after_script", "spec", "pages:deploy", "types"];
const DEFAULT_STAGES = ["build", "test", "deploy"];

/** Plans a pipeline from the file's text. */
export function planFromCiFile(text: string, kind: PipelineKind): CiPlan {
  try {
    return plan(text, kind);
  } catch (error) {
    return { stages: [], jobs: [], error: error instanceof Error ? error.message : String(error) };
  }
}

type Values = Readonly<Record<string, unknown>>;

function plan(text: string, kind: PipelineKind): CiPlan {
  const file: unknown = parse(text, { merge: true, logLevel: "error" });
  if (!isMap(file)) throw new Error("Invalid configuration format");
  const declared = Array.isArray(file.stages) ? file.stages.map(String) : DEFAULT_STAGES;
  const stages = [".pre", ...declared.filter((stage) => stage !== ".pre" && stage !== ".post"), ".post"];
  if (!workflowAllows(file.workflow, kind)) return { stages, jobs: [], error: undefined };
  const defaults = isMap(file.default) ? file.default : {};
  const before = file.before_script ?? defaults.before_script;
  const jobs: PlannedJob[] = [];
  for (const [name, value] of Object.entries(file)) {
    if (name.startsWith(".") || NOT_JOBS.includes(name) || ALSO_NOT_JOBS.includes(name) || !isMap(value)) continue;
    const job = { before_script: before, ...withParents(file, value) };
    const planned = planJob(name, job, stages, kind);
    if (planned !== undefined) jobs.push(planned);
  }
  jobs.sort((a, b) => stages.indexOf(a.stage) - stages.indexOf(b.stage));
  return { stages: stages.filter((stage) => jobs.some((job) => job.stage === stage)), jobs, error: undefined };
}

function withParents(file: Values, job: Values, depth = 0): Values {
  const names = job.extends === undefined ? [] : [job.extends].flat().map(String);
  if (depth > 10) throw new Error("`extends` is nested too deep");
  const parents = names.map((name) => {
    const parent = file[name];
    if (!isMap(parent)) throw new Error(`unknown keys in \`extends\` (${name})`);
    return withParents(file, parent, depth + 1);
  });
  return Object.assign({}, ...parents, job) as Values;
}

function planJob(name: string, job: Values, stages: readonly string[], kind: PipelineKind): PlannedJob | undefined {
  const bridge = job.trigger !== undefined;
  if (job.script === undefined && !bridge) {
    throw new Error(`jobs:${name} config should implement the script:, run:, or trigger: keyword`);
  }
  const stage = job.stage === undefined ? "test" : String(job.stage);
  if (!stages.includes(stage)) throw new Error(`${name} job: chosen stage ${stage} does not exist`);
  const selected = selectJob(job, kind);
  if (selected === undefined) return undefined;
  const manual = selected.when === "manual";
  const own = typeof job.allow_failure === "boolean" ? job.allow_failure : isMap(job.allow_failure);
  return {
    name,
    stage,
    kind: bridge ? "bridge" : "build",
    when: selected.when,
    allowFailure: selected.allowFailure ?? (own || (manual && job.allow_failure === undefined && !job.rules)),
    script: interpretScript([...lines(job.before_script), ...lines(job.script)]),
  };
}

function lines(script: unknown): readonly string[] {
  if (script === undefined || script === null) return [];
  return [script].flat(5).map(String);
}

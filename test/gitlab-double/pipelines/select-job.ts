// Decides whether a job takes part in a pipeline: `rules`, or the older `only` and `except`.
import { evaluate, type Variables } from "./expression.ts";

export type JobWhen = "on_success" | "on_failure" | "always" | "manual";

/** The pipeline that asks. */
export interface PipelineKind {
  readonly mergeRequest: boolean;
  readonly tag: boolean;
  /** Branch or tag name; the source branch for a merge request. */
  readonly ref: string;
  readonly source: string;
  readonly variables: Variables;
}

/** How the job takes part, or undefined when it does not. */
export function selectJob(
  job: Readonly<Record<string, unknown>>,
  kind: PipelineKind,
): { readonly when: JobWhen; readonly allowFailure: boolean | undefined } | undefined {
  const own = readWhen(job.when) ?? "on_success";
  if (Array.isArray(job.rules)) return byRules(job.rules, kind, own);
  const only = job.only;
  const except = job.except;
  const included = only === undefined ? !kind.mergeRequest : refsOf(only).some((ref) => refMatches(ref, kind));
  const excluded = except !== undefined && refsOf(except).some((ref) => refMatches(ref, kind));
  return included && !excluded && job.when !== "never" ? { when: own, allowFailure: undefined } : undefined;
}

/** `workflow: rules`: whether there is a pipeline at all. */
export function workflowAllows(workflow: unknown, kind: PipelineKind): boolean {
  const rules = isMap(workflow) ? workflow.rules : undefined;
  return Array.isArray(rules) ? byRules(rules, kind, "always") !== undefined : true;
}

function byRules(rules: readonly unknown[], kind: PipelineKind, own: JobWhen) {
  for (const rule of rules) {
    if (!isMap(rule)) continue;
    const condition = rule.if;
    if (typeof condition === "string" && !evaluate(condition, kind.variables)) continue;
    if (rule.when === "never") return undefined;
    const allowFailure = typeof rule.allow_failure === "boolean" ? rule.allow_failure : undefined;
    return { when: readWhen(rule.when) ?? own, allowFailure };
  }
  return undefined;
}

function readWhen(value: unknown): JobWhen | undefined {
  return (["on_success", "on_failure", "always", "manual"] as const).find((each) => each === value);
}

function refsOf(value: unknown): readonly string[] {
  const refs = isMap(value) ? value.refs : value;
  if (refs === undefined) return ["branches", "tags"];
  return (Array.isArray(refs) ? refs : [refs]).map(String);
}

function refMatches(ref: string, kind: PipelineKind): boolean {
  if (ref === "merge_requests") return kind.mergeRequest;
  if (kind.mergeRequest) return false;
  if (ref === "branches") return !kind.tag;
  if (ref === "tags") return kind.tag;
  if (ref === "pushes") return kind.source === "push";
  const pattern = /^\/(.*)\/(i?)$/.exec(ref);
  return pattern === null ? ref === kind.ref : new RegExp(pattern[1] ?? "", pattern[2]).test(kind.ref);
}

/** True for a YAML mapping. */
export function isMap(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

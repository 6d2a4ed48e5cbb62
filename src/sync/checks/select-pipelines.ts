// Which pipelines of a commit count, and what they say together. Pure.
import type { Pipeline, PipelineState } from "../../forge/forge.ts";
import type { Sha } from "../../model/ids.ts";

/** Each is a context of its own: GitLab's pipelines, and what other systems (e.g. Zuul) report. */
const KINDS = ["ci", "external"] as const satisfies readonly Pipeline["kind"][];

/** The state that decides stands first. */
const WORST_FIRST = ["failed", "running", "pending", "success"] as const satisfies readonly PipelineState[];

/**
 * The newest pipeline of each kind, wherever they run: a re-run takes the place of what failed before.
 * @param shas the commit in question, and the commits that were made of it to be tested in its place
 */
export function newestByKind(pipelines: readonly Pipeline[], shas: readonly Sha[]): readonly Pipeline[] {
  const counting = pipelines.filter(({ sha }) => shas.includes(sha));
  return KINDS.flatMap((kind) => newest(counting.filter((pipeline) => pipeline.kind === kind)) ?? []);
}

/** The pipeline with the highest id, if there is any. */
export function newest(pipelines: readonly Pipeline[]): Pipeline | undefined {
  return pipelines.reduce<Pipeline | undefined>(
    (found, pipeline) => (found && found.id > pipeline.id ? found : pipeline),
    undefined,
  );
}

/** What several pipelines say together. */
export interface OverallState {
  readonly state: PipelineState;
  /** The same in the forge's own word. */
  readonly name: string;
}

/** One failure fails all, and success takes all. Undefined when there are no pipelines. */
export function overallState(pipelines: readonly Pipeline[]): OverallState | undefined {
  for (const state of WORST_FIRST) {
    const decisive = pipelines.find((pipeline) => pipeline.state === state);
    if (decisive) return { state, name: decisive.stateName };
  }
  return undefined;
}

// Performs `source-git status`.
import type { SyncReport } from "../../engine/sync-facts.ts";
import type { CliContext } from "../context.ts";
import { findDistGits } from "./find-dist-gits.ts";
import { noteUncommitted, withSession } from "./session.ts";
import { type PairNames, syncText } from "./sync-text.ts";
import { readPairState } from "./transform.ts";

/** The command's options. */
export interface StatusOptions {
  readonly json?: true;
}

/** Prints the state of one pair, or of each package in a directory. */
export async function runStatus(context: CliContext, paths: PairNames, options: StatusOptions): Promise<void> {
  await withSession(context, async (session) => {
    const source = await session.open(paths.source);
    const dists = await findDistGits(session, source, paths.dist);
    await noteUncommitted(session, source);
    const reports = [];
    for (const dist of dists) {
      const pair = { source, dist, store: await session.join(source, dist) };
      const report = await readPairState(pair, {});
      const names = { source: source.shown, dist: dist.shown };
      if (report.failure) session.note(`compared by trailers alone: ${report.failure.message}`);
      if (options.json) reports.push(stateJson(report, names));
      else context.stdout(syncText(report.state, names));
    }
    if (options.json) context.stdout(`${JSON.stringify(reports.length === 1 ? reports[0] : reports, null, 2)}\n`);
  });
}

/** The state for programs. */
export function stateJson({ state, failure }: SyncReport, { source, dist }: PairNames) {
  return {
    sourceGit: source,
    distGit: dist,
    state: state.state,
    ...("source" in state ? { unsyncedInSourceGit: state.source } : {}),
    ...("dist" in state ? { unsyncedInDistGit: state.dist } : {}),
    ...(state.lost ? { lostSyncPoint: state.lost } : {}),
    ...(failure ? { notComparedByContent: failure.message } : {}),
  };
}

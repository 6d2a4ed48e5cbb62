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
  const results = await withSession(context, async (session) => {
    const source = await session.open(paths.source);
    const dists = await findDistGits(session, source, paths.dist);
    await noteUncommitted(session, source);
    const compared = [];
    for (const dist of dists) {
      session.progress(`comparing '${source.shown}' with '${dist.shown}'`);
      const report = await readPairState({ source, dist, store: await session.join(source, dist) }, {});
      if (report.failure) session.note(`compared by trailers alone: ${report.failure.message}`);
      compared.push({ report, names: { source: source.shown, dist: dist.shown } });
    }
    return compared;
  });
  if (options.json) {
    const documents = results.map(({ report, names }) => stateJson(report, names));
    context.stdout(`${JSON.stringify(documents.length === 1 ? documents[0] : documents, null, 2)}\n`);
  } else for (const { report, names } of results) context.stdout(syncText(report.state, names));
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

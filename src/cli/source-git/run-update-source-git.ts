// Performs `source-git update-source-git`: compares, reproduces the commits, and only then touches the work tree of source-git.

import { splitMessage } from "../../engine/commit-text.ts";
import type { MissingCommits } from "../../engine/dist-to-source/find-missing.ts";
import { makeSourceGitCommits, type SourceGitCommits } from "../../engine/dist-to-source/make-source-git-commits.ts";
import { requireClean } from "../../git/local-changes.ts";
import { userError } from "../../model/errors.ts";
import { type Sha, shortSha } from "../../model/ids.ts";
import type { CliContext } from "../context.ts";
import { rangeFrom, readRange } from "./dist-range.ts";
import { findDistGits } from "./find-dist-gits.ts";
import { noteUncommitted, type Session, withSession } from "./session.ts";
import { type PairNames, syncText } from "./sync-text.ts";
import { findPairMissing, type OpenedPair, readPairState } from "./transform.ts";

/** The command's options. */
export interface UpdateSourceGitOptions {
  readonly force?: true;
  readonly dryRun?: true;
  readonly json?: true;
}

/** The command's arguments. */
export interface UpdateSourceGitArguments extends PairNames {
  readonly range: string | undefined;
}

type Outcome = "planned" | "committed" | "nothing-to-do";

/** Updates source-git from one dist-git. */
export async function runUpdateSourceGit(
  context: CliContext,
  { source: sourcePath, dist: distPath, range }: UpdateSourceGitArguments,
  options: UpdateSourceGitOptions,
): Promise<void> {
  if (options.force && range === undefined) throw rangeMissing();
  await withSession(context, async (session) => {
    const source = await session.open(sourcePath);
    const [dist, ...others] = await findDistGits(session, source, distPath);
    if (!dist || others.length > 0) throw severalPackages(distPath);
    const pair: OpenedPair = { source, dist, store: await session.join(source, dist) };
    const found = await commitsToBring(pair, { range, force: options.force ?? false });
    requireClean(await source.tree.changes(), source.shown);
    await noteUncommitted(session, dist);
    if (typeof found === "string") {
      show(context, { pair, made: undefined, outcome: "nothing-to-do", information: found }, options);
      return;
    }
    const made = await reproduce(session, pair, found);
    const outcome = options.dryRun ? "planned" : made.commits.length > 0 ? "committed" : "nothing-to-do";
    if (outcome === "committed") await moveTo(session, pair, made);
    show(context, { pair, made, outcome, information: undefined }, options);
  });
}

/** The dist-git commits, or a text that says why there are none. */
async function commitsToBring(
  pair: OpenedPair,
  { range, force }: { readonly range: string | undefined; readonly force: boolean },
): Promise<MissingCommits | string> {
  const { source, dist, store } = pair;
  const chosen = range === undefined ? undefined : asChosen(await readRange(dist.tree.repository, range));
  if (force && chosen) return chosen;
  const { state } = await readPairState(pair, { ignoreActions: true });
  const text = syncText(state, { source: source.tree.path, dist: dist.tree.path });
  if (state.state === "ahead" || state.state === "diverged") throw outOfStep(text);
  if (state.state === "up-to-date") return text;
  if (chosen) return chosen;
  const missing = await findPairMissing(pair);
  if (missing.state === "missing") return missing.commits;
  return asChosen(await rangeFrom(store.repository, state.dist.first, dist.head.commit));
}

/** Commits as they were named, on whatever they stand. */
function asChosen(distCommits: readonly Sha[]): MissingCommits {
  return { base: undefined, distCommits, brought: new Set() };
}

async function reproduce(session: Session, pair: OpenedPair, commits: MissingCommits): Promise<SourceGitCommits> {
  const { source, dist, store } = pair;
  const { committer } = await source.tree.identity(session.context.env);
  const made = await makeSourceGitCommits(store.repository, {
    sourceHead: source.head.commit,
    ...commits,
    committer: () => committer,
    distGitName: dist.name,
  });
  for (const { sha, message } of made.skipped) {
    session.note(`commit ${shortSha(sha)} (${splitMessage(message).subject}) has no effect on source-git`);
  }
  for (const note of made.notes) session.note(note);
  return made;
}

async function moveTo(session: Session, { source, store }: OpenedPair, { head }: SourceGitCommits): Promise<void> {
  const { committer } = await source.tree.identity(session.context.env);
  const reflog = "tandem source-git update-source-git";
  await source.tree.move({ store, commit: head, expected: source.head, reflog, committer });
}

interface Result {
  readonly pair: OpenedPair;
  readonly made: SourceGitCommits | undefined;
  readonly outcome: Outcome;
  /** Why nothing was looked at. */
  readonly information: string | undefined;
}

function show(context: CliContext, result: Result, { json }: UpdateSourceGitOptions): void {
  context.stdout(json ? `${JSON.stringify(resultJson(result), null, 2)}\n` : resultText(result));
}

function resultText({ pair, made, outcome, information }: Result): string {
  if (!made) return information ?? "";
  const [source, dist] = [pair.source.shown, pair.dist.shown];
  if (made.commits.length === 0) return `Nothing to do: '${source}' has everything of '${dist}'.\n`;
  const head =
    outcome === "planned" ? `Update of '${source}' from '${dist}':` : `'${source}' was updated from '${dist}':`;
  const lines = made.commits.flatMap(({ sha, dist: { sha: from, message }, files }) => [
    // What is only planned has no name that lasts.
    `  ${outcome === "planned" ? "" : `${shortSha(sha)}  `}${splitMessage(message).subject}  (${shortSha(from)})`,
    ...(outcome === "planned" ? files.map(({ path, change }) => `    ${change.padEnd(8)}  ${path}`) : []),
  ]);
  return `${[head, ...lines].join("\n")}\n`;
}

function resultJson({ pair, made, outcome }: Result) {
  return {
    sourceGit: pair.source.shown,
    distGit: pair.dist.shown,
    outcome,
    ...(made && outcome === "committed" ? { commit: made.head } : {}),
    commits: (made?.commits ?? []).map(({ sha, dist, files }) => ({
      ...(outcome === "committed" ? { commit: sha } : {}),
      from: dist.sha,
      subject: splitMessage(dist.message).subject,
      files,
    })),
    skipped: (made?.skipped ?? []).map(({ sha }) => sha),
    notes: made?.notes ?? [],
  };
}

function outOfStep(text: string): Error {
  return userError("out-of-step", text.trimEnd(), {
    fix: "Bring the commits of source-git to dist-git first, or name a range and give --force.",
  });
}

function rangeMissing(): Error {
  return userError("range-missing", "--force needs a revision range.", {
    fix: "Name the commits of dist-git, e.g. HEAD~2.. for the last two.",
  });
}

function severalPackages(path: string): Error {
  return userError("several-packages", `'${path}' holds several dist-git repositories.`, {
    fix: "Name one of them.",
  });
}

// Performs `source-git update-dist-git`: compares, transforms, and only then touches the work trees of dist-git.
import type { DistGitTree } from "../../engine/make-dist-git-tree.ts";
import { findSyncPoint } from "../../engine/sync-point.ts";
import { addTrailer } from "../../engine/trailer-block.ts";
import { requireClean } from "../../git/local-changes.ts";
import { userError } from "../../model/errors.ts";
import type { Sha } from "../../model/ids.ts";
import { SOURCE_TRAILER } from "../../model/pair.ts";
import type { CliContext } from "../context.ts";
import { findDistGits } from "./find-dist-gits.ts";
import { planText, resultJson, resultText, type UpdateResult } from "./plan.ts";
import { type MessageOptions, readMessage, tidyMessage } from "./read-message.ts";
import { noteUncommitted, type OpenedTree, type Session, withSession } from "./session.ts";
import { readSpecChange } from "./spec-change.ts";
import { lostText, type PairNames, syncText } from "./sync-text.ts";
import { type OpenedPair, readPairState, transform } from "./transform.ts";
import { findTool, uploadSources } from "./upload-sources.ts";

/** The command's options. */
export interface UpdateDistGitOptions extends MessageOptions {
  readonly force?: true;
  readonly upstreamRef?: string;
  readonly pkgTool?: string;
  readonly allowEmpty?: true;
  readonly ignoreActions?: true;
  readonly dryRun?: true;
  readonly json?: true;
}

/** What is to be done with one dist-git. */
interface Plan {
  readonly pair: OpenedPair;
  readonly names: PairNames;
  readonly update: DistGitTree;
  /** False: nothing is to be done. */
  readonly needed: boolean;
}

/** Updates one dist-git, or each package's in a directory: all are planned before the first is changed. */
export async function runUpdateDistGit(
  context: CliContext,
  paths: PairNames,
  options: UpdateDistGitOptions,
): Promise<void> {
  const message = await readMessage(context, options);
  const tool = options.pkgTool === undefined ? undefined : findTool(options.pkgTool, context.env.PATH);
  const results = await withSession(context, async (session) => {
    const source = await session.open(paths.source);
    const dists = await findDistGits(session, source, paths.dist);
    // Side by side: each of them mostly waits for git.
    const [plans] = await Promise.all([
      planUpdates(session, { source, dists }, { ...options, message }),
      noteUncommitted(session, source),
    ]);
    const done: UpdateResult[] = [];
    for (const plan of plans) {
      for (const note of plan.update.notes) session.note(note);
      done.push(await perform(session, plan, { message, tool, dryRun: options.dryRun ?? false }));
    }
    return done;
  });
  show(context, results, options);
}

function show(context: CliContext, results: readonly UpdateResult[], { json, dryRun }: UpdateDistGitOptions): void {
  if (json) {
    const documents = results.map(resultJson);
    context.stdout(`${JSON.stringify(documents.length === 1 ? documents[0] : documents, null, 2)}\n`);
    return;
  }
  for (const result of results) context.stdout(dryRun ? planText(result) : resultText(result));
}

type PlanOptions = Omit<UpdateDistGitOptions, "message"> & { readonly message: string | undefined };

async function planUpdates(
  session: Session,
  { source, dists }: { readonly source: OpenedTree; readonly dists: readonly OpenedTree[] },
  options: PlanOptions,
): Promise<readonly Plan[]> {
  const plans: Plan[] = [];
  for (const dist of dists) plans.push(await planUpdate(session, { source, dist }, options));
  return plans;
}

async function planUpdate(
  session: Session,
  { source, dist }: { readonly source: OpenedTree; readonly dist: OpenedTree },
  options: PlanOptions,
): Promise<Plan> {
  const [changes, store] = await Promise.all([dist.tree.changes(), session.join(source, dist)]);
  requireClean(changes, dist.shown);
  const pair: OpenedPair = { source, dist, store };
  const names = { source: source.shown, dist: dist.shown };
  session.progress(`making '${names.dist}' from '${names.source}'`);
  if (options.force) {
    const update = await transform(pair, dist.head.commit, options);
    const needed = update.changed || (options.allowEmpty === true && !(await isRecorded(pair)));
    return { pair, names, update, needed };
  }
  const report = await readPairState(pair, options);
  const { state } = report;
  if (state.state === "behind" || state.state === "diverged") throw outOfStep(syncText(state, fullNames(pair)));
  if (!report.update) throw report.failure;
  if (state.lost) session.note(lostText(state, names).trimEnd());
  const recorded = report.recorded === source.head.commit;
  const isRewritten = state.lost?.side === "source" && report.update.changed;
  const update = isRewritten
    ? await transform(pair, dist.head.commit, { ...options, renewPatchLines: true })
    : report.update;
  return { pair, names, update, needed: update.changed || (!recorded && !!options.allowEmpty) };
}

/** Whether dist-git's trailers name the head of source-git already. */
async function isRecorded({ source, dist, store }: OpenedPair): Promise<boolean> {
  const heads = { sourceHead: source.head.commit, distHead: dist.head.commit };
  const point = await findSyncPoint(store.repository, heads);
  return point?.lost === undefined && point?.source === source.head.commit;
}

function fullNames({ source, dist }: OpenedPair): PairNames {
  return { source: source.tree.path, dist: dist.tree.path };
}

function outOfStep(text: string): Error {
  return userError("out-of-step", text.trimEnd(), {
    fix: "Bring the commits of dist-git to source-git first; --force overwrites them.",
  });
}

interface HowToPerform {
  readonly message: string | undefined;
  /** Path of the tool that uploads sources. */
  readonly tool: string | undefined;
  readonly dryRun: boolean;
}

async function perform(
  session: Session,
  { pair, names, update, needed }: Plan,
  { message, tool, dryRun }: HowToPerform,
): Promise<UpdateResult> {
  const { dist, store } = pair;
  const { packageName } = update;
  const before = dist.head.commit;
  const spec = await readSpecChange(store.repository, `${packageName}.spec`, { before, after: update.tree });
  const result = { names, update, spec, commit: undefined };
  if (dryRun) return { ...result, outcome: "planned" };
  if (!needed || (message === undefined && !update.changed)) return { ...result, outcome: "nothing-to-do" };
  const upload = { tool: tool ?? "", repository: store.repository, tree: update.tree, packageName };
  const tree = tool === undefined ? update.tree : await uploadSources(session, dist, upload);
  if (message === undefined) {
    await dist.tree.leave({ store, tree, expected: dist.head });
    return { ...result, outcome: "left-uncommitted" };
  }
  return { ...result, outcome: "committed", commit: await commit(session, pair, { tree, message }) };
}

async function commit(
  session: Session,
  { source, dist, store }: OpenedPair,
  { tree, message }: { readonly tree: Sha; readonly message: string },
): Promise<Sha> {
  const identity = await dist.tree.identity(session.context.env);
  const text = tidyMessage(addTrailer(message, SOURCE_TRAILER, source.head.commit));
  const parents = [dist.head.commit];
  const sha = await store.repository.writeCommit({ tree, parents, ...identity, message: text });
  const reflog = `commit: ${text.split("\n")[0] ?? ""}`;
  await dist.tree.move({ store, commit: sha, expected: dist.head, reflog, committer: identity.committer });
  return sha;
}

// Performs `source-git init`: makes all commits, and only then touches the work trees.
import { existsSync } from "node:fs";
import { resolve } from "node:path";
import { type InitResult, initSourceGit } from "../../engine/init/init-source-git.ts";
import type { PkgTool } from "../../engine/init/lookaside.ts";
import { requireClean } from "../../git/local-changes.ts";
import { isRefName } from "../../git/validate.ts";
import type { Move } from "../../git/work-tree.ts";
import { userError } from "../../model/errors.ts";
import { type Sha, shortSha } from "../../model/ids.ts";
import type { CliContext } from "../context.ts";
import { type OpenedTree, type Session, withSession } from "./session.ts";

/** The command's options. */
export interface InitOptions {
  readonly upstreamUrl?: string;
  readonly upstreamRemote?: string;
  readonly pkgTool?: PkgTool;
  readonly pkgName?: string;
  readonly dryRun?: true;
  readonly json?: true;
}

/** The command's arguments. */
export interface InitArguments {
  readonly upstreamRef: string;
  readonly source: string;
  readonly dist: string;
}

/** A work tree, and the branch that was named with it. */
interface Place {
  readonly opened: OpenedTree;
  readonly branch: string | undefined;
}

/** Makes source-git. */
export async function runInit(context: CliContext, paths: InitArguments, options: InitOptions): Promise<void> {
  await withSession(context, async (session) => {
    const source = await openPlace(session, paths.source);
    const dist = await openPlace(session, paths.dist);
    const upstream = await findUpstream(source, paths.upstreamRef);
    const upstreamUrl = await findUrl(session, source, options);
    for (const { opened } of [source, dist]) requireClean(await opened.tree.changes(), opened.shown);
    const distHead = await findDistHead(dist);
    const store = await session.join(source.opened, dist.opened);
    const identity = await source.opened.tree.identity(context.env);
    const result = await initSourceGit(store.repository, {
      upstream,
      upstreamRef: paths.upstreamRef,
      upstreamUrl,
      distHead,
      packageName: packageName(options.pkgName ?? dist.opened.name),
      pkgTool: options.pkgTool ?? "fedpkg",
      identity,
    });
    for (const note of result.notes) session.note(note);
    if (!options.dryRun) {
      const how = { store, reflog: "tandem source-git init", committer: identity.committer };
      await perform({ source, dist }, { ...how, commit: result.head, distHead });
    }
    show(context, { source, dist, result }, options);
  });
}

/** Dist-git goes to its branch, source-git to its new head; if that fails, dist-git goes back. */
async function perform(
  { source, dist }: { readonly source: Place; readonly dist: Place },
  { distHead, ...how }: Omit<Move, "expected" | "branch"> & { readonly distHead: Sha },
): Promise<void> {
  const { head, tree } = dist.opened;
  const [from, to] = [head.branch?.replace("refs/heads/", ""), dist.branch];
  const moves = to !== undefined && to !== from;
  if (moves) await tree.move({ ...how, commit: distHead, expected: head, branch: to });
  try {
    await source.opened.tree.move({ ...how, expected: source.opened.head, ...onBranch(source.branch) });
  } catch (error) {
    const expected = { commit: distHead, branch: `refs/heads/${to}` };
    if (moves) await tree.move({ ...how, commit: head.commit, expected, ...onBranch(from) });
    throw error;
  }
}

function onBranch(branch: string | undefined): { readonly branch?: string } {
  return branch === undefined ? {} : { branch };
}

/** `PATH:BRANCH`; a directory whose own name holds a colon is one all the same. */
async function openPlace(session: Session, text: string): Promise<Place> {
  const colon = text.lastIndexOf(":");
  if (colon < 0 || existsSync(resolve(session.context.cwd, text))) {
    return { opened: await session.open(text), branch: undefined };
  }
  const branch = text.slice(colon + 1);
  if (!isRefName(branch) || branch === "HEAD") {
    throw userError("branch-invalid", `'${branch}' in '${text}' is not a branch name that git accepts.`, {
      fix: "Write DIRECTORY:BRANCH.",
    });
  }
  return { opened: await session.open(text.slice(0, colon)), branch };
}

async function findUpstream({ opened, branch }: Place, ref: string): Promise<Sha> {
  const upstream = await opened.tree.repository.resolveCommit(ref);
  const shown = ref.slice(0, 200);
  if (!upstream) {
    throw userError("upstream-ref-missing", `'${shown}' is no commit, tag or branch of '${opened.shown}'.`, {
      fix: "Check the name, and fetch the tags of upstream.",
    });
  }
  if (branch === undefined && upstream !== opened.head.commit) {
    throw userError("upstream-not-head", `'${shown}' is not pointing to the current HEAD in '${opened.shown}'.`, {
      fix: `Check it out first, or name a branch that is made there: ${opened.shown}:BRANCH.`,
    });
  }
  return upstream;
}

async function findUrl(session: Session, { opened }: Place, options: InitOptions): Promise<string> {
  const remote = options.upstreamRemote ?? "origin";
  const url = options.upstreamUrl ?? (isRefName(remote) ? await opened.tree.remoteUrl(remote) : undefined);
  if (!url) {
    throw userError("remote-missing", `There is no remote called '${remote.slice(0, 100)}' in '${opened.shown}'.`, {
      fix: "Name the remote with --upstream-remote, or the address of upstream with --upstream-url.",
    });
  }
  const plain = url.replace(/^([a-z][a-z0-9+.-]*:\/\/)[^/@]*:[^/@]*@/i, "$1");
  if (plain !== url) session.note("user and password of the address of upstream are left out");
  return plain;
}

async function findDistHead({ opened, branch }: Place): Promise<Sha> {
  if (branch === undefined) return opened.head.commit;
  if (opened.head.branch === undefined) {
    throw userError("head-detached", `'${opened.shown}' is on no branch, to which it could go back after an error.`, {
      fix: `Check out '${branch}' there, and leave ':${branch}' out.`,
    });
  }
  const { repository } = opened.tree;
  const found =
    (await repository.resolveCommit(`refs/heads/${branch}`)) ??
    (await repository.resolveCommit(`refs/remotes/origin/${branch}`));
  if (found) return found;
  throw userError("branch-missing", `'${opened.shown}' has no branch '${branch}'.`, {
    fix: "Check the name, or fetch the branch.",
  });
}

function packageName(name: string): string {
  if (/^[A-Za-z0-9_][A-Za-z0-9._+-]*$/.test(name)) return name;
  throw userError("package-name-invalid", `'${name.slice(0, 80)}' is not a package name.`, {
    fix: "Name the package with --pkg-name.",
  });
}

interface Shown {
  readonly source: Place;
  readonly dist: Place;
  readonly result: InitResult;
}

function show(context: CliContext, { source, dist, result }: Shown, { json, dryRun }: InitOptions): void {
  const outcome = dryRun ? "planned" : "committed";
  const commits = result.commits.map(({ sha, ...rest }) => (dryRun ? rest : { commit: sha, ...rest }));
  const names = { sourceGit: source.opened.shown, distGit: dist.opened.shown };
  if (json) {
    context.stdout(`${JSON.stringify({ ...names, outcome, commits, notes: result.notes }, null, 2)}\n`);
    return;
  }
  const verb = dryRun ? "would get" : "has got";
  const lines = result.commits.map(
    ({ sha, subject, patch }) => `  ${dryRun ? "" : `${shortSha(sha)}  `}${subject}${patch ? `  (${patch})` : ""}`,
  );
  context.stdout(`${[`'${names.sourceGit}' ${verb} the packaging of '${names.distGit}':`, ...lines].join("\n")}\n`);
}

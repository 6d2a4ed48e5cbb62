// The last point at which source-git and dist-git were in step, as the trailers of origin tell it (engine.md 8.1).
import type { Repository } from "../git/repository.ts";
import type { Sha } from "../model/ids.ts";
import { DIST_TRAILER, SOURCE_TRAILER } from "../model/pair.ts";

/** The heads that are compared. All commits have to be in the repository. */
export interface SyncHeads {
  readonly sourceHead: Sha;
  readonly distHead: Sha;
  /** Whether source-git holds other packages, too: trailers of their dist-git do not count. */
  readonly severalPackages?: boolean;
}

/** A commit that a trailer names and that is not in the history of its side. */
export interface LostCommit {
  readonly side: "source" | "dist";
  /** As the trailer names it. */
  readonly text: string;
}

/** The point. A side is undefined where no commit of its history is known to have been in step. */
export interface SyncPoint {
  readonly source: Sha | undefined;
  readonly dist: Sha | undefined;
  /** Set when the trailer names a commit that was squashed, rebased or force-pushed away; an older point stands in. */
  readonly lost: LostCommit | undefined;
  /** The dist-git commit that source-git's newest trailer names, where dist-git has it: source-git has all up to it. */
  readonly arrived: Sha | undefined;
}

/** A commit with a trailer of origin, and what it names on the other side. */
interface Origin {
  readonly commit: Sha;
  readonly text: string;
  /** Undefined: not in the other side's history. */
  readonly target: Sha | undefined;
}

const MAX_CANDIDATES = 1000;

/** Finds the point, or undefined when neither side has a trailer. */
export async function findSyncPoint(repository: Repository, heads: SyncHeads): Promise<SyncPoint | undefined> {
  const { sourceHead, distHead, severalPackages } = heads;
  const [fromDist, fromSource] = await Promise.all([
    findOrigin(repository, sourceHead, { token: DIST_TRAILER, other: distHead, skipUnknown: severalPackages ?? false }),
    findOrigin(repository, distHead, { token: SOURCE_TRAILER, other: sourceHead, skipUnknown: false }),
  ]);
  if (!fromDist && !fromSource) return undefined;
  const arrived = fromDist?.target;
  if (fromDist && (await isNewer(repository, fromDist, fromSource))) {
    const lost = fromDist.target ? undefined : ({ side: "dist", text: fromDist.text } as const);
    return { source: fromDist.commit, dist: fromDist.target ?? fromSource?.commit, lost, arrived };
  }
  const lost = fromSource?.target ? undefined : ({ side: "source", text: fromSource?.text ?? "" } as const);
  return { source: fromSource?.target ?? fromDist?.commit, dist: fromSource?.commit, lost, arrived };
}

/** Whether the point that source-git's trailer names is the newer one. */
async function isNewer(repository: Repository, fromDist: Origin, fromSource: Origin | undefined): Promise<boolean> {
  if (!fromSource) return true;
  if (fromSource.target) return !(await repository.isAncestor(fromDist.commit, fromSource.target));
  return fromDist.target !== undefined && (await repository.isAncestor(fromSource.commit, fromDist.target));
}

interface OriginSearch {
  readonly token: string;
  /** Head of the other side. */
  readonly other: Sha;
  readonly skipUnknown: boolean;
}

async function findOrigin(repository: Repository, head: Sha, search: OriginSearch): Promise<Origin | undefined> {
  const max = search.skipUnknown ? MAX_CANDIDATES : 1;
  const commits = await repository.readCommits(await repository.findCommits(head, { line: `${search.token}: `, max }));
  for (const { sha, message } of commits) {
    const text = trailerText(message, search.token);
    const target = await findIn(repository, search.other, text);
    if (target || !search.skipUnknown) return { commit: sha, text, target };
  }
  return undefined;
}

/** The rest of the first line that begins with the token. */
function trailerText(message: string, token: string): string {
  const line = message.split("\n").find((text) => text.startsWith(`${token}: `)) ?? "";
  return line.slice(token.length + 2).trim();
}

async function findIn(repository: Repository, head: Sha, text: string): Promise<Sha | undefined> {
  if (!/^[0-9a-f]{4,64}$/.test(text)) return undefined;
  const commit = await repository.resolveCommit(text);
  return commit && (await repository.isAncestor(commit, head)) ? commit : undefined;
}

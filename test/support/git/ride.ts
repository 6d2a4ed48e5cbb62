// A source-git and a dist-git repository that ride together, for tests: the bot's dist-git commit and the ways in which
// forges merge it.

import { makeDistGitTree } from "../../../src/engine/make-dist-git-tree.ts";
import { openBareRepository } from "../../../src/git/bare-repository.ts";
import type { Repository } from "../../../src/git/repository.ts";
import type { Sha } from "../../../src/model/ids.ts";
import { SOURCE_TRAILER } from "../../../src/model/pair.ts";
import { createTestPair, type TestPair, type TestPairOptions } from "./test-pair.ts";

/** How a forge merges. */
export type MergeMethod = "fast-forward" | "merge" | "squash" | "rebase";
export const MERGE_METHODS: readonly MergeMethod[] = ["fast-forward", "merge", "squash", "rebase"];

/** The two repositories and a store of both. */
export interface Ride extends TestPair {
  readonly store: Repository;
  /** Names of the git commands that the store has run. */
  readonly commands: readonly string[];
  /** Reads both into the store. */
  fetch(): Promise<{ readonly source: Sha; readonly dist: Sha }>;
  /** The dist-git commit that the bot makes of a source-git commit, on a dist-git commit; default: the heads. */
  mirror(sourceHead?: Sha, on?: Sha): Promise<Sha>;
  /** Merges a commit into a branch as a forge does it; `main` of source-git, `c9s` of dist-git. */
  merge(side: "source" | "dist", commit: Sha, method: MergeMethod): Promise<Sha>;
  /** A person's commit in dist-git. */
  inDist(files: Parameters<TestPair["dist"]["commit"]>[0]["files"], message?: string): Promise<Sha>;
  /** A person's commit in source-git. */
  inSource(files: Parameters<TestPair["source"]["commit"]>[0]["files"], message?: string): Promise<Sha>;
}

/** How the bot transforms in these tests. */
export const TRANSFORM = { copyCiFile: true, patchComments: "full" } as const;

/** Sets them up. */
export async function startRide(options: TestPairOptions): Promise<Ride> {
  const pair = await createTestPair(options);
  const { source, dist } = pair;
  const commands: string[] = [];
  const store = await openBareRepository({
    directory: `${options.directory}/store.git`,
    environment: { PATH: process.env.PATH ?? "" },
    allowFileRemotes: true,
    onCommand: (command) => commands.push(command),
  });
  const fetch = async () => {
    await store.fetch({ url: source.directory }, ["+refs/heads/*:refs/s/*", "+refs/tags/*:refs/tags/*"]);
    await store.fetch({ url: dist.directory }, ["+refs/heads/*:refs/d/*"]);
    return { source: await source.head(), dist: await dist.head("c9s") };
  };
  return {
    ...pair,
    store,
    commands,
    fetch,
    async mirror(sourceHead, on) {
      const heads = await fetch();
      const from = sourceHead ?? heads.source;
      const parent = on ?? heads.dist;
      const made = await makeDistGitTree(store, { ...TRANSFORM, sourceHead: from, distHead: parent });
      const [{ author, committer } = fail()] = await store.readCommits([from]);
      const message = `Mirror\n\n${SOURCE_TRAILER}: ${from}\n`;
      const commit = await store.writeCommit({ tree: made.tree, parents: [parent], author, committer, message });
      await store.push({ url: dist.directory }, { commit, branch: `bot-${commit.slice(0, 8)}`, expected: undefined });
      return commit;
    },
    async merge(side, commit, method) {
      const { git } = pair[side];
      const branch = side === "source" ? "main" : "c9s";
      const head = await pair[side].head(branch);
      const result = method === "fast-forward" ? commit : await merged(git, { head, commit, method });
      await git(["update-ref", `refs/heads/${branch}`, result]);
      return await pair[side].head(branch);
    },
    inDist: (files = {}, message = "Change dist-git") => dist.commit({ branch: "c9s", message, files }),
    inSource: (files = {}, message = "Change source-git") => source.commit({ message, files }),
  };
}

interface Sides {
  readonly head: Sha;
  readonly commit: Sha;
  readonly method: Exclude<MergeMethod, "fast-forward">;
}

/** The tree comes from git's own merge. A single commit keeps its message when it is squashed, as on GitLab. */
async function merged(git: TestPair["source"]["git"], { head, commit, method }: Sides): Promise<string> {
  const write = async (...args: string[]) => (await git(["commit-tree", ...args])).trim();
  const joined = async (one: string, other: string) => (await git(["merge-tree", "--write-tree", one, other])).trim();
  const messageOf = (sha: string) => git(["log", "-1", "--format=%B", sha]);
  if (method === "merge")
    return write(await joined(head, commit), "-p", head, "-p", commit, "-m", "Merge branch 'x' into 'y'");
  const commits = (await git(["rev-list", "--reverse", `${head}..${commit}`])).split("\n").filter(Boolean);
  if (method === "squash") {
    const message = commits.length === 1 ? await messageOf(commit) : "Squashed";
    return write(await joined(head, commit), "-p", head, "-m", message);
  }
  let at: string = head;
  for (const sha of commits) {
    const base = await write(`${at}^{tree}`, "-p", `${sha}^`, "-m", "where it goes");
    at = await write(await joined(base, sha), "-p", at, "-m", await messageOf(sha));
  }
  return at;
}

function fail(): never {
  throw new Error("no commit");
}

// Which commit comes from which. Short ways are walked here, long ones by git; what was found out stays true.
import { runGit } from "./run-git.ts";

/** Questions about the history of one repository. */
export interface Ancestry {
  /** Whether `descendant` is `ancestor` or comes from it. False when either is missing. */
  isAncestor(ancestor: string, descendant: string): Promise<boolean>;
  /** The best common ancestor; undefined when there is none or a commit is missing. */
  mergeBase(a: string, b: string): Promise<string | undefined>;
}

/** Parents of a commit, where they can be told without git. */
export type ParentsOf = (sha: string) => Promise<readonly string[] | undefined>;

/** Commits that are looked at before git is asked. */
const SHORT = 32;

/** git's exit code when it has no such commit. That one may come: the answer is not remembered. */
const MISSING = 128;

/** The history of the repository in a directory. Commits are given by their full ids. */
export function ancestryOf(gitDir: string, parentsOf: ParentsOf): Ancestry {
  const ancestors = new Map<string, boolean>();
  const bases = new Map<string, string | undefined>();
  const ask = async (args: readonly string[]): Promise<{ readonly code: number; readonly text: string }> => {
    const { code, stdout } = await runGit(gitDir, ["merge-base", ...args], { okCodes: [0, 1, MISSING] });
    return { code, text: stdout.toString("utf8").trim() };
  };
  const isAncestor: Ancestry["isAncestor"] = async (ancestor, descendant) => {
    const key = `${ancestor} ${descendant}`;
    const known = ancestors.get(key) ?? (await walk(parentsOf, ancestor, descendant));
    if (known !== undefined) return known;
    const { code } = await ask(["--is-ancestor", ancestor, descendant]);
    if (code !== MISSING) ancestors.set(key, code === 0);
    return code === 0;
  };
  const mergeBase: Ancestry["mergeBase"] = async (a, b) => {
    const key = `${a} ${b}`;
    if (bases.has(key)) return bases.get(key);
    if (await walk(parentsOf, a, b)) return a;
    if (await walk(parentsOf, b, a)) return b;
    const { code, text } = await ask([a, b]);
    const base = code === 0 ? text : undefined;
    if (code !== MISSING) bases.set(key, base);
    return base;
  };
  return { isAncestor, mergeBase };
}

/** Whether one comes from the other; undefined when the way is long or leads out of what is known. */
async function walk(parentsOf: ParentsOf, ancestor: string, descendant: string): Promise<boolean | undefined> {
  if ((await parentsOf(ancestor)) === undefined) return undefined;
  const seen = new Set([descendant]);
  for (const sha of seen) {
    if (sha === ancestor) return true;
    const parents = seen.size > SHORT ? undefined : await parentsOf(sha);
    if (parents === undefined) return undefined;
    for (const parent of parents) seen.add(parent);
  }
  return false;
}

// One bare repository of the double: refs (cached, since every change passes through the double), commits, ancestry.
import { mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { type Ancestry, ancestryOf } from "./ancestry.ts";
import { readLooseObject } from "./loose-objects.ts";
import { type Commit, parseCommit } from "./parse-commit.ts";
import { readRefFiles } from "./read-refs.ts";
import { runGit } from "./run-git.ts";

const SHA = /^[0-9a-f]{40}$/;

/** Refs by full name. */
export type Refs = ReadonlyMap<string, string>;

/** A bare repository on disk. */
export class BareRepository {
  readonly dir: string;
  #refs: Refs = new Map();
  #reading: Promise<unknown> = Promise.resolve();
  readonly #commits = new Map<string, Commit>();
  readonly #ancestry: Ancestry;

  constructor(dir: string) {
    this.dir = dir;
    this.#ancestry = ancestryOf(dir, async (sha) => (await this.#looseCommit(sha))?.parents);
  }

  /** Creates the files of an empty repository, without starting git. */
  async init(defaultBranch: string, hooksDir: string): Promise<void> {
    await mkdir(join(this.dir, "objects", "pack"), { recursive: true });
    await mkdir(join(this.dir, "refs", "heads"), { recursive: true });
    await this.configure(defaultBranch, hooksDir);
  }

  /** Writes HEAD and the configuration that GitLab's servers use where it matters to clients. */
  async configure(defaultBranch: string, hooksDir: string): Promise<void> {
    const config = `[core]
	repositoryformatversion = 0
	filemode = true
	bare = true
	fsync = none
	hooksPath = ${JSON.stringify(hooksDir)}
[uploadpack]
	allowAnySHA1InWant = true
	allowFilter = true
[receive]
	hideRefs = refs/merge-requests
	autogc = false
[http]
	receivepack = true
[gc]
	auto = 0
[maintenance]
	auto = false
`;
    await writeFile(join(this.dir, "config"), config);
    await this.setHead(defaultBranch);
  }

  async setHead(branch: string): Promise<void> {
    await writeFile(join(this.dir, "HEAD"), `ref: refs/heads/${branch}\n`);
  }

  /** Refs as last read. */
  get refs(): Refs {
    return this.#refs;
  }

  /** Reads the refs from disk, one reading after the other, so that an older one never wins. */
  reload(): Promise<Refs> {
    const next = this.#reading.then(() => this.#read());
    this.#reading = next.catch(() => undefined);
    return next;
  }

  async #read(): Promise<Refs> {
    this.#refs = (await readRefFiles(this.dir)) ?? (await this.#askForRefs());
    return this.#refs;
  }

  async #askForRefs(): Promise<Refs> {
    const { stdout } = await runGit(this.dir, ["for-each-ref", "--format=%(objectname) %(*objectname) %(refname)"]);
    const lines = stdout.toString("utf8").split("\n").filter(Boolean);
    return new Map(
      lines.map((line) => {
        const [object = "", peeled = "", name = ""] = line.split(" ");
        return [name, peeled === "" ? object : peeled] as const;
      }),
    );
  }

  /** Head of a branch. */
  branch(name: string): string | undefined {
    return this.#refs.get(`refs/heads/${name}`);
  }

  /** Names of all refs under a prefix such as `refs/heads/`, without it. */
  names(prefix: string): readonly string[] {
    return [...this.#refs.keys()].filter((name) => name.startsWith(prefix)).map((name) => name.slice(prefix.length));
  }

  /** The commit that a branch, tag, full ref name, or (short) sha names. */
  async resolve(name: string): Promise<string | undefined> {
    const byRef = this.branch(name) ?? this.#refs.get(`refs/tags/${name}`) ?? this.#refs.get(name);
    if (byRef !== undefined) return byRef;
    if (SHA.test(name)) return (await this.commit(name))?.sha;
    if (!/^[0-9a-f]{7,39}$/.test(name)) return undefined;
    const args = ["rev-parse", "--verify", "--quiet", "--end-of-options", `${name}^{commit}`];
    const result = await runGit(this.dir, args, { okCodes: [0, 1, 128] });
    return result.code === 0 ? result.stdout.toString("utf8").trim() : undefined;
  }

  /** A commit by its full sha. */
  async commit(sha: string): Promise<Commit | undefined> {
    const known = await this.#looseCommit(sha);
    if (known !== undefined || !SHA.test(sha)) return known;
    const { code, stdout } = await runGit(this.dir, ["cat-file", "commit", sha], { okCodes: [0, 1, 128] });
    if (code !== 0) return undefined;
    const commit = parseCommit(sha, stdout.toString("utf8"));
    this.#commits.set(sha, commit);
    return commit;
  }

  /** A commit that is known already, or that can be read without git. */
  async #looseCommit(sha: string): Promise<Commit | undefined> {
    const cached = this.#commits.get(sha);
    if (cached !== undefined || !SHA.test(sha)) return cached;
    const object = await readLooseObject(this.dir, sha);
    if (object?.type !== "commit") return undefined;
    const commit = parseCommit(sha, object.bytes.toString("utf8"));
    this.#commits.set(sha, commit);
    return commit;
  }

  /** Commits that git's rev-list names for these arguments. */
  async revList(args: readonly string[]): Promise<readonly string[]> {
    const { stdout } = await runGit(this.dir, ["rev-list", ...args]);
    return stdout.toString("utf8").split("\n").filter(Boolean);
  }

  isAncestor(ancestor: string, descendant: string): Promise<boolean> {
    return this.#ancestry.isAncestor(ancestor, descendant);
  }

  mergeBase(a: string, b: string): Promise<string | undefined> {
    return this.#ancestry.mergeBase(a, b);
  }

  /** Sets a ref, or removes it when the sha is undefined, and reads the refs again. */
  async setRef(name: string, sha: string | undefined): Promise<void> {
    await runGit(this.dir, sha === undefined ? ["update-ref", "-d", name] : ["update-ref", name, sha]);
    await this.reload();
  }

  /** Fetches refs from another repository on disk (or any URL that git knows). */
  async fetch(from: string, refspecs: readonly string[]): Promise<void> {
    await runGit(this.dir, ["fetch", "--quiet", "--no-write-fetch-head", "--no-tags", "--force", from, ...refspecs]);
    await this.reload();
  }
}

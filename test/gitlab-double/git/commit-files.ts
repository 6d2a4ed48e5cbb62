// Makes commits in a bare repository without a work tree: from a map of files (fast-import), and merges.
import type { BareRepository } from "./bare-repository.ts";
import { runGit } from "./run-git.ts";

/** Content of a file; null removes it. An object also says the mode. */
export type FileContent =
  | string
  | Buffer
  | null
  | { readonly content: string | Buffer; readonly mode: "100644" | "100755" | "120000" };

/** A commit to be made on top of a branch. */
export interface NewCommit {
  readonly branch: string;
  readonly message: string;
  readonly files: Readonly<Record<string, FileContent>>;
  readonly author: { readonly name: string; readonly email: string };
  /** Seconds since the epoch, default: now. */
  readonly time?: number;
  /** Parent; default: the branch's head, or none when the branch is new. */
  readonly parent?: string;
}

/** Makes the commit, moves the branch to it (also backwards), and returns its sha. */
export async function commitFiles(repository: BareRepository, commit: NewCommit): Promise<string> {
  const ref = `refs/heads/${commit.branch}`;
  const parent = commit.parent ?? repository.branch(commit.branch);
  const time = commit.time ?? Math.floor(Date.now() / 1000);
  const { name, email } = commit.author;
  const parts: Buffer[] = [
    Buffer.from(`commit ${ref}\nauthor ${name} <${email}> ${time} +0000\ncommitter ${name} <${email}> ${time} +0000\n`),
    data(commit.message),
    Buffer.from(parent === undefined ? "" : `from ${parent}\n`),
    ...Object.entries(commit.files).flatMap(([path, content]) => fileCommand(path, content)),
    Buffer.from("\n"),
  ];
  const args = ["fast-import", "--quiet", "--force", "--date-format=raw"];
  await runGit(repository.dir, args, { input: Buffer.concat(parts) });
  const sha = (await repository.reload()).get(ref);
  if (sha === undefined) throw new Error(`GitLab double: fast-import made no ${ref}`);
  return sha;
}

function fileCommand(path: string, content: FileContent): readonly Buffer[] {
  const quoted = JSON.stringify(path);
  if (content === null) return [Buffer.from(`D ${quoted}\n`)];
  if (typeof content === "string" || Buffer.isBuffer(content)) {
    return [Buffer.from(`M 100644 inline ${quoted}\n`), data(content)];
  }
  return [Buffer.from(`M ${content.mode} inline ${quoted}\n`), data(content.content)];
}

function data(content: string | Buffer): Buffer {
  const bytes = Buffer.from(content);
  return Buffer.concat([Buffer.from(`data ${bytes.length}\n`), bytes, Buffer.from("\n")]);
}

/** The tree of a merge of two commits, or undefined when they conflict. Needs git 2.38. */
export async function mergeTree(repository: BareRepository, ours: string, theirs: string): Promise<string | undefined> {
  const args = ["merge-tree", "--write-tree", "--allow-unrelated-histories", ours, theirs];
  const { code, stdout } = await runGit(repository.dir, args, { okCodes: [0, 1] });
  return code === 0 ? stdout.toString("utf8").split("\n", 1)[0] : undefined;
}

/** Writes a commit of a tree and returns its sha. */
export async function commitTree(
  repository: BareRepository,
  commit: {
    readonly tree: string;
    readonly parents: readonly string[];
    readonly message: string;
    readonly author: { readonly name: string; readonly email: string };
  },
): Promise<string> {
  const { name, email } = commit.author;
  const env = { GIT_AUTHOR_NAME: name, GIT_AUTHOR_EMAIL: email, GIT_COMMITTER_NAME: name, GIT_COMMITTER_EMAIL: email };
  const parents = commit.parents.flatMap((parent) => ["-p", parent]);
  const { stdout } = await runGit(repository.dir, ["commit-tree", commit.tree, ...parents, "-F", "-"], {
    input: commit.message,
    env,
  });
  return stdout.toString("utf8").trim();
}

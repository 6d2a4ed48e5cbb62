// Real git repositories in temporary directories for tests: fixed author, fixed clock, no user or system configuration.
//
//   const repository = await createTestRepository();
//   await repository.commit({ message: "One", files: { "a.txt": "one\n" } });
//   await repository.commit({ message: "Two", files: { "a.txt": null, "run.sh": { mode: "100755", content: "#!/bin/sh\n" } } });
//   await repository.tag("1.0");
//
// They are bare, so `files` says what a commit changes; all other files stay.
import { spawn } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { readFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll } from "@jest/globals";
import { parseSha, type Sha } from "../../../src/model/ids.ts";

/** The contents of a file: text, bytes, or either with a mode (`120000`: the content is the link's target; `160000`: the commit). */
export type TestFile = string | Uint8Array | { readonly mode: string; readonly content: string | Uint8Array };

/** A person, as in commits. */
export interface Person {
  readonly name: string;
  readonly email: string;
}

export const ADA: Person = { name: "Ada Dev", email: "ada@example.com" };

/** What a new commit is. */
export interface TestCommit {
  readonly message: string;
  /** Path → new content, or null to delete it. */
  readonly files?: Readonly<Record<string, TestFile | null>>;
  /** Default: `main`. Created when missing. */
  readonly branch?: string;
  /** Default: Ada. */
  readonly author?: Person;
  /** Seconds since the epoch. Default: a minute after the repository's last commit. */
  readonly date?: number;
  /** Default: the branch's head. More than one make a merge; files come from the first. */
  readonly parents?: readonly Sha[];
}

/** A repository to play with. */
export interface TestRepository {
  readonly directory: string;
  /** Adds a commit to a branch. */
  commit(commit: TestCommit): Promise<Sha>;
  /** Sets a lightweight tag. Default: at `main`. */
  tag(name: string, revision?: string): Promise<void>;
  /** The commit of a branch or any revision. Default: `main`. */
  head(revision?: string): Promise<Sha>;
  /** All files of a revision as text (Latin-1 where it is not UTF-8): path → content. */
  files(revision?: string): Promise<Readonly<Record<string, string>>>;
  /** Runs git in the repository and returns its output. Rejects with git's message when it fails. */
  git(args: readonly string[], input?: string | Uint8Array): Promise<string>;
}

/** 2022-03-01 10:00:00 UTC: the first commit of every test repository. */
const START = 1_646_128_800;

/** A directory that is removed when the test file is done. */
export function temporaryDirectory(): string {
  const directory = mkdtempSync(join(tmpdir(), "tandem-test-"));
  afterAll(() => rmSync(directory, { recursive: true, force: true }));
  return directory;
}

/** Creates an empty bare repository. Call it from a hook or test; it goes away with the directory. */
export async function createTestRepository(directory: string): Promise<TestRepository> {
  await gitBytes(["init", "-q", "--bare", "--initial-branch=main", directory], ".");
  let clock = START;
  const git = async (args: readonly string[], input?: string | Uint8Array) =>
    (await gitBytes(args, directory, input)).toString("utf8");
  const head = async (revision = "main") => {
    const sha = parseSha((await git(["rev-parse", "--verify", `${revision}^{commit}`])).trim());
    if (!sha) throw new Error(`no commit: ${revision}`);
    return sha;
  };
  return {
    directory,
    git,
    head,
    async commit(commit) {
      const branch = commit.branch ?? "main";
      clock = commit.date ?? clock + 60;
      const parents = commit.parents ?? (await heads(directory, git, branch));
      const made = await git(["fast-import", "--quiet", "--force"], fastImport(commit, branch, parents, clock));
      const sha = parseSha(made.trim());
      if (!sha) throw new Error(`fast-import made no commit: ${made}`);
      return sha;
    },
    async tag(name, revision = "main") {
      await git(["tag", "-f", name, revision]);
    },
    async files(revision = "main") {
      return await readFiles(directory, revision);
    },
  };
}

/** The branch's head, if it has one. Nearly always a file tells it: a process for each commit is what tests would wait for. */
async function heads(directory: string, git: TestRepository["git"], branch: string): Promise<string[]> {
  const loose = await readFile(join(directory, "refs/heads", branch), "utf8").catch(() => "");
  if (parseSha(loose.trim())) return [loose.trim()];
  const output = await git(["for-each-ref", "--format=%(objectname)", `refs/heads/${branch}`]);
  return output.split("\n").filter((line) => line !== "");
}

function fastImport(commit: TestCommit, branch: string, parents: readonly string[], date: number): Buffer {
  const { name, email } = commit.author ?? ADA;
  const parts: Uint8Array[] = [];
  const say = (text: string) => parts.push(Buffer.from(text, "utf8"));
  const data = (content: string | Uint8Array) => {
    const bytes = typeof content === "string" ? Buffer.from(content, "utf8") : content;
    say(`data ${bytes.length}\n`);
    parts.push(bytes);
    say("\n");
  };
  const [first, ...others] = parents;
  if (!first) say(`reset refs/heads/${branch}\n`);
  say(`commit refs/heads/${branch}\nmark :1\n`);
  for (const role of ["author", "committer"]) say(`${role} ${name} <${email}> ${date} +0000\n`);
  data(commit.message);
  if (first) say(`from ${first}\n`);
  for (const other of others) say(`merge ${other}\n`);
  for (const [path, file] of Object.entries(commit.files ?? {})) {
    if (file === null) {
      say(`D ${quote(path)}\n`);
      continue;
    }
    const { mode, content } =
      typeof file === "string" || file instanceof Uint8Array ? { mode: "100644", content: file } : file;
    if (mode === "160000") {
      say(`M ${mode} ${content} ${quote(path)}\n`);
      continue;
    }
    say(`M ${mode} inline ${quote(path)}\n`);
    data(content);
  }
  // Prints its id.
  say("\nget-mark :1\n");
  return Buffer.concat(parts);
}

function quote(path: string): string {
  return `"${path.replace(/["\\]/g, "\\$&").replaceAll("\n", "\\n")}"`;
}

async function readFiles(directory: string, revision: string): Promise<Record<string, string>> {
  const listing = await gitBytes(["ls-tree", "-r", "-z", "--full-tree", revision], directory);
  const files: Record<string, string> = {};
  const entries = listing.toString("utf8").split("\0").filter(Boolean);
  const ids = entries.map((entry) => entry.split(/[ \t]/)[2] ?? "");
  const batch = await gitBytes(["cat-file", "--batch"], directory, ids.map((id) => `${id}\n`).join(""));
  let at = 0;
  for (const entry of entries) {
    const end = batch.indexOf(10, at);
    const size = Number(batch.toString("latin1", at, end).split(" ")[2]);
    files[entry.slice(entry.indexOf("\t") + 1)] = decode(batch.subarray(end + 1, end + 1 + size));
    at = end + size + 2;
  }
  return files;
}

function decode(bytes: Buffer): string {
  const text = bytes.toString("utf8");
  return Buffer.from(text, "utf8").equals(bytes) ? text : bytes.toString("latin1");
}

/** Runs git as tests run it: nothing of the user's or the machine's configuration. */
export async function gitBytes(args: readonly string[], cwd: string, input?: string | Uint8Array): Promise<Buffer> {
  const child = spawn("git", [...args], {
    cwd,
    env: {
      PATH: process.env.PATH,
      HOME: tmpdir(),
      LC_ALL: "C.UTF-8",
      TZ: "UTC",
      GIT_CONFIG_NOSYSTEM: "1",
      GIT_CONFIG_GLOBAL: "/dev/null",
      GIT_AUTHOR_NAME: ADA.name,
      GIT_AUTHOR_EMAIL: ADA.email,
      GIT_AUTHOR_DATE: `${START} +0000`,
      GIT_COMMITTER_NAME: ADA.name,
      GIT_COMMITTER_EMAIL: ADA.email,
      GIT_COMMITTER_DATE: `${START} +0000`,
    },
    stdio: ["pipe", "pipe", "pipe"],
  });
  child.stdin.on("error", () => undefined);
  child.stdin.end(input ?? "");
  const [stdout, stderr, code] = await Promise.all([
    collect(child.stdout),
    collect(child.stderr),
    new Promise<number | null>((resolve, reject) => {
      child.on("error", reject);
      child.on("close", resolve);
    }),
  ]);
  if (code !== 0) throw new Error(`git ${args.join(" ")}: ${stderr.toString("utf8")}`);
  return stdout;
}

async function collect(stream: AsyncIterable<Buffer>): Promise<Buffer> {
  const chunks: Buffer[] = [];
  for await (const chunk of stream) chunks.push(chunk);
  return Buffer.concat(chunks);
}

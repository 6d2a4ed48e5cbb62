// The objects of one repository: read once and kept, written in one process.
import { TandemError, userError } from "../model/errors.ts";
import { type Sha, shortSha } from "../model/ids.ts";
import { commitContent, parseCommit } from "./commit-object.ts";
import { parseBatch } from "./object-batch.ts";
import { ObjectMemo } from "./object-memo.ts";
import { buildPack, type NewObject, objectId } from "./object-pack.ts";
import type { Commit, TreeFile } from "./repository.ts";
import { damaged, type GitSettings, runGit } from "./run-git.ts";
import { parseTree, treeObjects } from "./tree-objects.ts";

/** More new objects than this are stored as one pack. */
const MAX_LOOSE = 50;
/** One commit object, whose message is worked on line by line, and all that are read at once. */
const MAX_COMMIT_BYTES = 1024 * 1024;
const MAX_COMMITS_BYTES = 128 * 1024 * 1024;
/** Files of a tree, unless the caller says fewer; and the bytes of a line of `ls-tree` that count for each. */
const MAX_FILES = 1_000_000;
const MAX_ENTRY_BYTES = 250;
/** Bytes that `cat-file --batch` prints around an object. */
const MAX_HEADER = 80;

/** Reads and writes objects; see the methods of the same names in `Repository`. */
export class ObjectStore {
  readonly #settings: GitSettings;
  readonly #memo = new ObjectMemo();

  constructor(settings: GitSettings) {
    this.#settings = settings;
  }

  async readCommits(shas: readonly Sha[]): Promise<readonly Commit[]> {
    const contents = await this.readBlobs(shas, { maxBytes: MAX_COMMITS_BYTES }).catch((error: unknown) => {
      throw isTooLarge(error) ? commitTooLarge("The commits hold", MAX_COMMITS_BYTES) : error;
    });
    return shas.map((sha, index) => {
      const content = contents[index] ?? Buffer.alloc(0);
      if (content.length <= MAX_COMMIT_BYTES) return parseCommit(sha, content);
      throw commitTooLarge(`The commit ${shortSha(sha)} holds`, MAX_COMMIT_BYTES);
    });
  }

  async readTree(
    treeish: Sha,
    { maxFiles = MAX_FILES }: { readonly maxFiles?: number } = {},
  ): Promise<readonly TreeFile[]> {
    const known = this.#memo.tree(treeish);
    if (known && known.length > maxFiles) throw tooManyFiles(maxFiles);
    const files = known ?? parseTree(await this.#listTree(treeish, maxFiles));
    if (!known) this.#memo.addTree(treeish, files);
    return files;
  }

  async #listTree(treeish: Sha, maxFiles: number): Promise<Buffer> {
    const args = ["ls-tree", "-r", "-z", "--full-tree", treeish];
    const output = await runGit(this.#settings, args, { maxBytes: MAX_ENTRY_BYTES * (maxFiles + 1000) }).catch(
      (error: unknown) => {
        throw isTooLarge(error) ? tooManyFiles(maxFiles) : error;
      },
    );
    // Counted before they become objects, which take ten times as much memory.
    if (isMoreThan(output, 0, maxFiles)) throw tooManyFiles(maxFiles);
    return output;
  }

  async readBlobs(ids: readonly Sha[], { maxBytes }: { readonly maxBytes?: number } = {}): Promise<readonly Buffer[]> {
    const missing = [...new Set(ids.filter((id) => !this.#memo.content(id)))];
    const read = new Map<Sha, Buffer>();
    for (const [index, content] of (await this.#readObjects(missing, maxBytes)).entries()) {
      const id = missing[index];
      if (!id) continue;
      read.set(id, content);
      this.#memo.addContent(id, content);
    }
    const contents = ids.map((id) => read.get(id) ?? this.#memo.content(id) ?? Buffer.alloc(0));
    const size = contents.reduce((sum, content) => sum + content.length, 0);
    if (maxBytes !== undefined && size > maxBytes) throw tooLarge(maxBytes);
    return contents;
  }

  async #readObjects(ids: readonly Sha[], maxBytes: number | undefined): Promise<readonly Buffer[]> {
    if (ids.length === 0) return [];
    const input = Buffer.from(ids.map((id) => `${id}\n`).join(""), "latin1");
    const limit = maxBytes === undefined ? {} : { maxBytes: maxBytes + ids.length * MAX_HEADER };
    try {
      return parseBatch(await runGit(this.#settings, ["cat-file", "--batch"], { input, ...limit }), ids);
    } catch (error) {
      if (error instanceof TandemError && error.code === "cache-damaged") throw await damaged(this.#settings, error);
      throw maxBytes !== undefined && isTooLarge(error) ? tooLarge(maxBytes) : error;
    }
  }

  async writeBlobs(contents: readonly Buffer[]): Promise<readonly Sha[]> {
    return await this.store(contents.map((content) => ({ type: "blob", content })));
  }

  async writeTree(files: readonly TreeFile[]): Promise<Sha> {
    const id = last(await this.store(treeObjects(files)));
    this.#memo.addTree(id, [...files].sort(byPath));
    return id;
  }

  async writeCommit(commit: Omit<Commit, "sha">): Promise<Sha> {
    return last(await this.store([{ type: "commit", content: commitContent(commit) }]));
  }

  /**
   * Stores objects in one process. `--strict` refuses broken ones and links to what is not there. Many of them stay
   * together as a pack: a file for each would have to be flushed to the disk one by one.
   */
  async store(
    objects: readonly NewObject[],
    { strict }: { readonly strict: boolean } = { strict: true },
  ): Promise<readonly Sha[]> {
    const ids = objects.map(objectId);
    const different = new Map(objects.map((object, index) => [ids[index], object]));
    if (different.size > 0) {
      const store = different.size > MAX_LOOSE ? ["index-pack", "--stdin"] : ["unpack-objects"];
      await runGit(this.#settings, strict ? [...store, "--strict"] : store, {
        input: buildPack([...different.values()]),
      });
    }
    for (const [index, { content }] of objects.entries()) {
      const id = ids[index];
      if (id) this.#memo.addContent(id, content);
    }
    return ids;
  }
}

/** The order of `ls-tree -r`: byte by byte. */
function byPath(a: TreeFile, b: TreeFile): number {
  return a.path < b.path ? -1 : 1;
}

function last(ids: readonly Sha[]): Sha {
  const id = ids.at(-1);
  if (!id) throw new TandemError("bug", "Nothing was stored.", { code: "nothing-stored" });
  return id;
}

/** Whether a byte stands in the output more than so many times. */
function isMoreThan(output: Buffer, byte: number, times: number): boolean {
  let count = 0;
  for (let at = output.indexOf(byte); at >= 0 && count <= times; at = output.indexOf(byte, at + 1)) count++;
  return count > times;
}

function isTooLarge(error: unknown): boolean {
  return error instanceof TandemError && error.code === "output-too-large";
}

function commitTooLarge(what: string, maxBytes: number): TandemError {
  return userError("commit-too-large", `${what} more than ${maxBytes} bytes of message.`, {
    fix: "Shorten the commit messages.",
  });
}

function tooManyFiles(maxFiles: number): TandemError {
  return userError("too-many-files", `The tree holds too many files: more than ${maxFiles}.`, {
    fix: "Remove files from the repository, or ask the operator to raise limits.files.",
  });
}

function tooLarge(maxBytes: number): TandemError {
  return new TandemError("user", `The files are too large together: more than ${maxBytes} bytes.`, {
    code: "output-too-large",
    fix: "Make the files smaller, or ask the operator to raise limits.readBytes.",
  });
}

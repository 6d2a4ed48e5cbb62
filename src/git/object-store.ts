// The objects of one repository: read once and kept, written in one process.
import { TandemError } from "../model/errors.ts";
import type { Sha } from "../model/ids.ts";
import { commitContent, parseCommit } from "./commit-object.ts";
import { parseBatch } from "./object-batch.ts";
import { ObjectMemo } from "./object-memo.ts";
import { buildPack, type NewObject, objectId } from "./object-pack.ts";
import type { Commit, TreeFile } from "./repository.ts";
import { damaged, type GitSettings, runGit } from "./run-git.ts";
import { parseTree, treeObjects } from "./tree-objects.ts";

/** More new objects than this are stored as one pack. */
const MAX_LOOSE = 50;
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
    const contents = await this.readBlobs(shas);
    return shas.map((sha, index) => parseCommit(sha, contents[index] ?? Buffer.alloc(0)));
  }

  async readTree(treeish: Sha): Promise<readonly TreeFile[]> {
    const known = this.#memo.tree(treeish);
    if (known) return known;
    const files = parseTree(await runGit(this.#settings, ["ls-tree", "-r", "-z", "--full-tree", treeish]));
    this.#memo.addTree(treeish, files);
    return files;
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
      if (maxBytes === undefined || !(error instanceof TandemError) || error.code !== "output-too-large") throw error;
      throw tooLarge(maxBytes);
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

function tooLarge(maxBytes: number): TandemError {
  return new TandemError("user", `The files are too large together: more than ${maxBytes} bytes.`, {
    code: "output-too-large",
    fix: "Make the files smaller, or ask the operator to raise limits.readBytes.",
  });
}

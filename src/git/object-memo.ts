// Objects that were read or written, by their id: they never change, and asking git again costs a process.
import type { Sha } from "../model/ids.ts";
import type { TreeFile } from "./repository.ts";

/** All remembered contents together. */
const MAX_BYTES = 16 * 1024 * 1024;
/** Larger objects are not remembered. */
const MAX_OBJECT = 1024 * 1024;
/** Files of all remembered trees together. */
const MAX_FILES = 50_000;

/** What one repository remembers. It only grows, up to its limits; then it stays as it is. */
export class ObjectMemo {
  readonly #contents = new Map<Sha, Buffer>();
  readonly #trees = new Map<Sha, readonly TreeFile[]>();
  #bytes = 0;
  #files = 0;

  content(id: Sha): Buffer | undefined {
    return this.#contents.get(id);
  }

  addContent(id: Sha, content: Buffer): void {
    const size = content.length;
    if (size > MAX_OBJECT || this.#bytes + size > MAX_BYTES || this.#contents.has(id)) return;
    // A copy: the buffer may be part of a larger one, which would stay as long as this does.
    this.#contents.set(id, Buffer.from(content));
    this.#bytes += size;
  }

  tree(id: Sha): readonly TreeFile[] | undefined {
    return this.#trees.get(id);
  }

  addTree(id: Sha, files: readonly TreeFile[]): void {
    if (this.#files + files.length > MAX_FILES) return;
    this.#trees.set(id, files);
    this.#files += files.length;
  }
}

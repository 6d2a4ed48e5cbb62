// The archives that a spec names and that nobody could build with: dist-git neither holds them nor lists them in `sources`.
import { sourceFiles } from "./spec/source-files.ts";

/** What is known of a dist-git tree. */
export interface ArchiveFacts {
  readonly spec: Buffer;
  /** Content of its `sources`; undefined when there is none. */
  readonly sources: Buffer | undefined;
  /** Whether the tree itself has a file of this name in its root. */
  readonly hasFile: (name: string) => boolean;
}

/** Their names, in the order of the spec. */
export function missingArchives({ spec, sources, hasFile }: ArchiveFacts): readonly string[] {
  const listed = new Set((sources?.toString("utf8") ?? "").split(/[\s()]+/));
  return sourceFiles(spec).filter((name) => !hasFile(name) && !listed.has(name));
}

/** The names that a spec has and the one before had not. */
export function newSourceFiles(spec: Buffer, before: Buffer | undefined): readonly string[] {
  const known = new Set(before ? sourceFiles(before) : []);
  return sourceFiles(spec).filter((name) => !known.has(name));
}

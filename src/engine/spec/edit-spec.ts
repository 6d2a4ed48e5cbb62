// The spec file of dist-git: the one of source-git with the lines of its patches.
import { addPatches, type WantedPatch } from "./add-patches.ts";
import { fromLines, toLines } from "./spec-lines.ts";

/** What the spec is made from. */
export interface SpecInput {
  /** The spec without the generated patches: source-git's. */
  readonly base: Buffer;
  /** The spec that dist-git has; its Patch lines stay where they can. */
  readonly before: Buffer | undefined;
  /** The patches that it has to list, in order. */
  readonly wanted: readonly (WantedPatch & { readonly explicitComment: boolean })[];
  /** Digits of the first patch's number; 0: no number. */
  readonly digits: number;
}

/** Makes the spec. Throws kind `user`, code `patch-id-order`. */
export function editSpec({ base, wanted, digits }: SpecInput): { content: Buffer; notes: readonly string[] } {
  const { lines, notes } = addPatches(toLines(base), wanted, digits);
  return { content: fromLines(lines), notes };
}

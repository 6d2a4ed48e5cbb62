// Random source-git histories: commits on several branches, merges that take both sides or one or something else, merges
// of upstream, renames, binaries, modes, links, ignored paths, metadata. As plain data, so that a failing one can be read.
import fc from "fast-check";

/** What one step does. Branch 0 is the one that becomes the head. */
export type Op =
  | { readonly kind: "commit"; readonly branch: number; readonly edits: readonly Edit[]; readonly words: number }
  | { readonly kind: "fork"; readonly branch: number; readonly from: number | "release" | "import" }
  | {
      readonly kind: "merge";
      readonly into: number;
      readonly from: readonly number[];
      readonly how: How;
      readonly words: number;
    }
  | { readonly kind: "upstream"; readonly into: number; readonly how: How };

/** How a merge is resolved: line by line, by one side alone, or with a change of its own. */
export type How = "both" | "ours" | "odd";

/** A change of one file. */
export type Edit =
  | { readonly kind: "line"; readonly path: number; readonly line: number; readonly text: number }
  | { readonly kind: "file"; readonly path: number; readonly content: number }
  | { readonly kind: "rename"; readonly path: number; readonly to: number }
  | { readonly kind: "delete"; readonly path: number };

/** A whole history and the packaging around it. */
export interface RandomHistory {
  readonly ops: readonly Op[];
  /** Number of the operation behind which dist-git was last updated; -1: never. */
  readonly synced: number;
  readonly spec: number;
  readonly distSpec: number;
  readonly syncChangelog: boolean;
  readonly digits: number;
  /** Whether upstream_ref is the release that merges of upstream bring in. */
  readonly moved: boolean;
}

const branch = fc.nat(2);
const path = fc.nat(9);
const edit: fc.Arbitrary<Edit> = fc.oneof(
  { weight: 6, arbitrary: fc.record({ kind: fc.constant("line" as const), path, line: fc.nat(11), text: fc.nat(5) }) },
  { weight: 3, arbitrary: fc.record({ kind: fc.constant("file" as const), path, content: fc.nat(11) }) },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant("rename" as const), path, to: path }) },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant("delete" as const), path }) },
);
const how = fc.constantFrom<How>("both", "both", "both", "ours", "odd");
const words = fc.nat(11);
const op: fc.Arbitrary<Op> = fc.oneof(
  {
    weight: 7,
    arbitrary: fc.record({
      kind: fc.constant("commit" as const),
      branch,
      edits: fc.array(edit, { maxLength: 3 }),
      words,
    }),
  },
  {
    weight: 2,
    arbitrary: fc.record({
      kind: fc.constant("fork" as const),
      branch,
      from: fc.oneof(
        { weight: 6, arbitrary: branch as fc.Arbitrary<number | "release" | "import"> },
        { weight: 1, arbitrary: fc.constantFrom<"release" | "import">("release", "import") },
      ),
    }),
  },
  {
    weight: 4,
    arbitrary: fc.record({
      kind: fc.constant("merge" as const),
      into: branch,
      from: fc.uniqueArray(branch, { minLength: 1, maxLength: 2 }),
      how,
      words,
    }),
  },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant("upstream" as const), into: branch, how }) },
);

/** Any history. */
export const randomHistory: fc.Arbitrary<RandomHistory> = fc.record({
  ops: fc.array(op, { minLength: 1, maxLength: 14 }),
  synced: fc.integer({ min: -1, max: 8 }),
  spec: fc.nat(3),
  distSpec: fc.nat(3),
  syncChangelog: fc.boolean(),
  digits: fc.nat(4),
  moved: fc.nat(4).map((number) => number === 0),
});

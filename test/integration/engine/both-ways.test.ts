// Properties of init and update-source-git on random packages and random changes of dist-git.
import { mkdirSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "@jest/globals";
import fc from "fast-check";
import { makeSourceGitCommits } from "../../../src/engine/dist-to-source/make-source-git-commits.ts";
import { initSourceGit } from "../../../src/engine/init/init-source-git.ts";
import { makeDistGitTree } from "../../../src/engine/make-dist-git-tree.ts";
import type { Repository, Signature } from "../../../src/git/repository.ts";
import type { Sha } from "../../../src/model/ids.ts";
import { joinRepositories } from "../../support/git/joined-repository.ts";
import { createTestRepository, type TestFile, temporaryDirectory } from "../../support/git/test-repository.ts";

const root = temporaryDirectory();
const USER: Signature = { name: "Uma User", email: "uma@example.com", date: "1700000000 +0000" };
const SEED = 47;
let count = 0;

// --- Random packages.

const PATCHES = 4;
const LINES = ["1", "2", "3", "4", "5", "6", "7", "8", "9"];
const upstream = Object.fromEntries(
  Array.from({ length: PATCHES }, (_, index) => [`f${index}.txt`, `${LINES.join("\n")}\n`]),
);

/** How one patch is written, and how the spec lists it. */
interface PatchShape {
  readonly form: "mail" | "mail and mail" | "plain" | "little context";
  readonly comment: readonly string[];
  readonly gap: number;
  readonly blankAbove: boolean;
  readonly conditional: boolean;
  readonly macro: boolean;
}

const shape: fc.Arbitrary<PatchShape> = fc.record({
  form: fc.constantFrom("mail" as const, "mail and mail" as const, "plain" as const, "little context" as const),
  comment: fc.array(
    fc.constantFrom("# Say", "#tight", "#", "# 50% of %{name}", "## Ünïcode", "# trailing  ", "# %%x"),
    {
      maxLength: 3,
    },
  ),
  gap: fc.integer({ min: 0, max: 12 }),
  blankAbove: fc.boolean(),
  conditional: fc.boolean(),
  macro: fc.boolean(),
});

/** The layout of the whole spec. */
interface SpecShape {
  readonly patches: readonly PatchShape[];
  readonly numbers: "plain" | "wide" | "none" | "list";
  readonly separator: string;
  readonly blankBelow: boolean;
  readonly ending: "\n" | "\r\n";
  readonly finalNewline: boolean;
}

const specShape: fc.Arbitrary<SpecShape> = fc.record({
  patches: fc.array(shape, { maxLength: PATCHES }),
  numbers: fc.constantFrom("plain" as const, "wide" as const, "none" as const, "list" as const),
  separator: fc.constantFrom(": ", ":", ":\t", ":         "),
  blankBelow: fc.boolean(),
  ending: fc.constantFrom("\n" as const, "\n" as const, "\r\n" as const),
  finalNewline: fc.boolean(),
});

const nameOf = (index: number) => `fix-${index}-1.0.patch`;

function hunk(index: number, from: string, to: string, context: number): string {
  const file = `f${index}.txt`;
  const at = LINES.indexOf(from);
  const above = LINES.slice(at - context, at).map((line) => ` ${line}\n`);
  const below = LINES.slice(at + 1, at + 1 + context).map((line) => ` ${line}\n`);
  const size = context * 2 + 1;
  const range = `${at + 1 - context},${size}`;
  const names = `--- a/${file}\n+++ b/${file}\n`;
  return `${names}@@ -${range} +${range} @@\n${above.join("")}-${from}\n+${to}\n${below.join("")}`;
}

function mail(subject: string, diff: string, index: number): string {
  const git = `diff --git a/f${index}.txt b/f${index}.txt\n`;
  return `From ${"1".repeat(40)} Mon Sep 17 00:00:00 2001\nFrom: Pat <pat@example.com>\nDate: Tue, 1 Feb 2022 08:00:00 +0000\nSubject: [PATCH] ${subject}\n\nBody\n---\n${git}${diff}-- \n2.39.5\n\n`;
}

function patchText({ form }: PatchShape, index: number): string {
  switch (form) {
    case "mail":
      return mail("One", hunk(index, "5", "five", 3), index);
    case "mail and mail":
      return mail("One", hunk(index, "4", "four", 2), index) + mail("Two", hunk(index, "8", "eight", 1), index);
    case "plain":
      return `Some words about it.\n\n${hunk(index, "5", "five", 3)}`;
    case "little context":
      return hunk(index, "5", "five", 1);
  }
}

function specText({ patches, numbers, separator, blankBelow, ending, finalNewline }: SpecShape): string {
  const inList = numbers === "list";
  let number = 0;
  const block = patches.flatMap((patch, index) => {
    number += 1 + patch.gap;
    const digits = numbers === "none" ? "" : String(number).padStart(numbers === "wide" ? 4 : 1, "0");
    const name = patch.macro ? `fix-${index}-%{version}.patch` : nameOf(index);
    const line = inList ? name : `Patch${digits}${separator}${name}`;
    const above = patch.blankAbove ? [""] : [];
    // rpm takes every line of %patchlist for a name, unless it is a comment.
    const isConditional = patch.conditional && !inList;
    const [open, close] = isConditional ? [["%if 0%{?rhel}"], ["%endif"]] : [[], []];
    return [...above, ...open, ...patch.comment, line, ...close];
  });
  const lines = [
    "Name:           hello",
    "Version:        1.0",
    "Release:        1%{?dist}",
    "Summary:        A friendly greeting",
    "License:        MIT",
    "Source0:        https://example.com/%{name}-%{version}.tar.gz",
    ...(inList ? [] : block),
    ...(blankBelow ? [""] : []),
    "BuildArch:      noarch",
    "",
    ...(inList ? ["%patchlist", ...block, ""] : []),
    "%description",
    "Prints a friendly greeting.",
    "",
    "%prep",
    "%autosetup -p1",
    "",
    "%changelog",
    "* Tue Mar 01 2022 Ada Dev <ada@example.com> - 1.0-1",
    "- Initial build",
  ];
  return lines.join(ending) + (finalNewline ? ending : "");
}

// --- Random changes of dist-git.

const NAMES = ["a.conf", "run.sh", "d/x", "d/e/y", "bin", "link", "ü n/ß.txt", "crlf.txt", "d2", "d2/z"];
const content = fc.constantFrom<TestFile | null>(
  null,
  null,
  "one\ntwo\nthree\n",
  "one\ntwo\n",
  "crlf\r\nlines\r\n",
  "no newline",
  "",
  Buffer.from([0, 1, 2, 250]),
  Buffer.from("caf\xe9\n", "latin1"),
  { mode: "100755", content: "one\ntwo\nthree\n" },
  { mode: "120000", content: "a.conf" },
);
const change = fc.record({
  files: fc.dictionary(fc.constantFrom(...NAMES), content, { maxKeys: 4 }),
  release: fc.option(fc.integer({ min: 2, max: 5 })),
});

interface Change {
  readonly files: Readonly<Record<string, TestFile | null>>;
  readonly release: number | null;
}

// --- What is checked.

interface World {
  readonly repository: Repository;
  readonly head: Sha;
  readonly distBase: Sha;
  readonly distHead: Sha;
}

/** Dist-git with a random spec, maybe with changes later on; source-git made by init of its first commit. */
async function makeWorld(spec: SpecShape, changes: readonly Change[]): Promise<World> {
  const directory = join(root, String(count++));
  mkdirSync(directory);
  const source = await createTestRepository(join(directory, "source.git"));
  await source.commit({ message: "Release 1.0", files: upstream });
  await source.tag("1.0");
  const dist = await createTestRepository(join(directory, "dist.git"));
  const patches = Object.fromEntries(spec.patches.map((patch, index) => [nameOf(index), patchText(patch, index)]));
  const text = specText(spec);
  const distBase = await dist.commit({
    branch: "c9s",
    message: "Import",
    files: {
      "hello.spec": text,
      sources: "",
      ".gitignore": "/x\n",
      "a.conf": "one\n",
      d2: "dir or file\n",
      ...patches,
    },
  });
  for (const { files, release } of changes) {
    const own =
      release === null ? {} : { "hello.spec": text.replace("Release:        1", `Release:        ${release}`) };
    await dist.commit({ branch: "c9s", message: "Change\n\nBody\n", files: { ...files, ...own } });
  }
  const repository = await joinRepositories({ packageName: "hello", source, dist }, directory);
  const { head } = await initSourceGit(repository, {
    upstream: await source.head(),
    upstreamRef: "1.0",
    upstreamUrl: "https://example.com/hello.git",
    distHead: distBase,
    packageName: "hello",
    pkgTool: "fedpkg",
    identity: { author: USER, committer: USER },
  });
  return { repository, head, distBase, distHead: await dist.head("c9s") };
}

async function updateDist({ repository, head }: World, distHead: Sha) {
  return await makeDistGitTree(repository, {
    sourceHead: head,
    distHead,
    copyCiFile: true,
    patchComments: "full",
  });
}

/** The files that both sides have, as `mode id path` of dist-git. */
async function sharedFiles(repository: Repository, commit: Sha, directory: string): Promise<string[]> {
  const own = ["hello.spec", "sources", ".gitignore", "source-git.yaml"];
  return (await repository.readTree(commit))
    .filter(({ path }) => path.startsWith(directory))
    .map(({ mode, id, path }) => ({ mode, id, path: path.slice(directory.length) }))
    .filter(({ path }) => !own.includes(path) && !path.endsWith(".patch"))
    .map(({ mode, id, path }) => `${mode} ${id} ${path}`);
}

describe("random packages", () => {
  it("D4: init, then update-dist-git changes nothing", async () => {
    await fc.assert(
      fc.asyncProperty(specShape, async (spec) => {
        const world = await makeWorld(spec, []);
        expect((await updateDist(world, world.distHead)).files).toEqual([]);
      }),
      { numRuns: 25, seed: SEED, endOnFailure: true },
    );
  });

  it("D21: update-source-git gives dist-git's tree below .distro, and dist-git then needs no update", async () => {
    await fc.assert(
      fc.asyncProperty(specShape, fc.array(change, { minLength: 1, maxLength: 5 }), async (spec, changes) => {
        const world = await makeWorld(spec, changes as Change[]);
        const { repository, head, distBase, distHead } = world;
        const range = await repository.listRange(distBase, distHead);
        const input = { sourceHead: head, distCommits: range.map(({ sha }) => sha), committer: () => USER };
        const made = await makeSourceGitCommits(repository, input);
        expect(await sharedFiles(repository, made.head, ".distro/")).toEqual(
          await sharedFiles(repository, distHead, ""),
        );
        const [before, after] = [await repository.readTree(head), await repository.readTree(made.head)];
        const outside = (files: typeof before) => files.filter(({ path }) => !path.startsWith(".distro/"));
        expect(outside(after)).toEqual(outside(before));
        expect((await updateDist({ ...world, head: made.head }, distHead)).files).toEqual([]);
      }),
      { numRuns: 15, seed: SEED, endOnFailure: true },
    );
  });
});

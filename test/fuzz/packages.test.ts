// Properties of init and update-source-git on random packages and random changes of dist-git.
import { mkdirSync } from "node:fs";
import { rm } from "node:fs/promises";
import { join } from "node:path";
import { describe, expect, it } from "@jest/globals";
import fc from "fast-check";
import { makeSourceGitCommits } from "../../src/engine/dist-to-source/make-source-git-commits.ts";
import { initSourceGit } from "../../src/engine/init/init-source-git.ts";
import { makeDistGitTree } from "../../src/engine/make-dist-git-tree.ts";
import type { Repository, Signature } from "../../src/git/repository.ts";
import type { Sha } from "../../src/model/ids.ts";
import { joinRepositories } from "../support/git/joined-repository.ts";
import { createTestRepository, temporaryDirectory } from "../support/git/test-repository.ts";

import {
  type Change,
  change,
  nameOf,
  patchText,
  type SpecShape,
  specShape,
  specText,
  upstream,
} from "./random-package.ts";

const root = temporaryDirectory();
const USER: Signature = { name: "Uma User", email: "uma@example.com", date: "1700000000 +0000" };
const fuzzRuns = process.env.FUZZ_RUNS;
/** A package takes many times longer than a history. */
const numRuns = fuzzRuns === undefined ? 12 : Math.ceil(Number(fuzzRuns) / 10);
const seed = Number(process.env.FUZZ_SEED ?? (fuzzRuns === undefined ? 47 : Date.now() % 2 ** 31));
const TIMEOUT_MS = 60_000 + numRuns * 3000;
let count = 0;

interface World {
  readonly directory: string;
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
  return { directory, repository, head, distBase, distHead: await dist.head("c9s") };
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

describe(`random packages (${numRuns}, seed ${seed})`, () => {
  it(
    "D4: init, then update-dist-git changes nothing",
    async () => {
      await fc.assert(
        fc.asyncProperty(specShape, async (spec) => {
          const world = await makeWorld(spec, []);
          expect((await updateDist(world, world.distHead)).files).toEqual([]);
          await rm(world.directory, { recursive: true, force: true });
        }),
        { numRuns, seed, endOnFailure: true },
      );
    },
    TIMEOUT_MS,
  );

  it(
    "D21: update-source-git gives dist-git's tree below .distro, and dist-git then needs no update",
    async () => {
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
          await rm(world.directory, { recursive: true, force: true });
        }),
        { numRuns, seed, endOnFailure: true },
      );
    },
    TIMEOUT_MS,
  );
});

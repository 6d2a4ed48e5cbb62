// D32: source-git repositories that hold several packages, each in its own directory.
import { mkdirSync } from "node:fs";
import { join } from "node:path";
import { beforeEach, describe, expect, it } from "@jest/globals";
import { makeSourceGitCommits } from "../../../src/engine/dist-to-source/make-source-git-commits.ts";
import { makeDistGitTree } from "../../../src/engine/make-dist-git-tree.ts";
import type { Repository, Signature } from "../../../src/git/repository.ts";
import { joinRepositories } from "../../support/git/joined-repository.ts";
import { makeSpec } from "../../support/git/test-pair.ts";
import { createTestRepository, type TestRepository, temporaryDirectory } from "../../support/git/test-repository.ts";

const root = temporaryDirectory();
const USER: Signature = { name: "Uma User", email: "uma@example.com", date: "1700000000 +0000" };
let directory = "";
let count = 0;
let source: TestRepository;
let dist: TestRepository;

const entry = (name: string, paths: string) => `  ${name}:
    paths: ${paths}
    specfile_path: .distro/${name}/${name}.spec
    files_to_sync:
    - src: .distro/${name}/
      dest: .
      delete: true
      filters: [protect .git*, protect sources]
`;
const config = (paths: { one: string; two: string }) => `upstream_ref: '1.0'
patch_generation_ignore_paths: [.distro]
sync_changelog: true
packages:
${entry("one", paths.one)}${entry("two", paths.two)}`;

async function start(paths = { one: "[one]", two: "[./two/, shared]" }): Promise<void> {
  directory = join(root, String(count++));
  mkdirSync(directory);
  source = await createTestRepository(join(directory, "source.git"));
  await source.commit({ message: "1.0", files: { "one/a": "1\n", "two/b": "2\n", "shared/s*": "s\n", README: "r\n" } });
  await source.tag("1.0");
  await source.commit({
    message: "Packaging",
    files: {
      ".distro/source-git.yaml": config(paths),
      ".distro/one/one.spec": makeSpec({ name: "one" }),
      ".distro/one/extra": "x\n",
      ".distro/two/two.spec": makeSpec({ name: "two" }),
    },
  });
  dist = await createTestRepository(join(directory, "dist.git"));
  for (const name of ["one", "two"]) {
    const extra = name === "one" ? { extra: "x\n" } : {};
    await dist.commit({ branch: name, message: "Import", files: { [`${name}.spec`]: makeSpec({ name }), ...extra } });
  }
}

async function open(): Promise<Repository> {
  return await joinRepositories({ packageName: "one", source, dist }, directory);
}

async function patchesOf(name: string) {
  const result = await makeDistGitTree(await open(), {
    sourceHead: await source.head(),
    distHead: await dist.head(name),
    copyCiFile: true,
    patchComments: "full",
    distGitName: name,
  });
  return { ...result, patches: result.patches.map((patch) => patch.name) };
}

beforeEach(async () => {
  await start();
});

describe("D32: several packages in one source-git repository", () => {
  it("patches hold the changes below the package's paths only; other files come from its own files_to_sync", async () => {
    await source.commit({ message: "One", files: { "one/a": "one\n" } });
    await source.commit({
      message: "Both",
      files: { "one/a": "both\n", "two/b": "both\n", ".distro/one/extra": "y\n" },
    });
    await source.commit({ message: "Shared", files: { "shared/s*": "t\n" } });
    await source.commit({ message: "Neither", files: { README: "n\n" } });
    const one = await patchesOf("one");
    expect(one.patches).toEqual(["0001-One.patch", "0002-Both.patch"]);
    expect(one.files.map(({ path }) => path)).toEqual(["0001-One.patch", "0002-Both.patch", "extra", "one.spec"]);
    const two = await patchesOf("two");
    expect(two.patches).toEqual(["0001-Both.patch", "0002-Shared.patch"]);
    expect(two.packageName).toBe("two");
  });

  it("what concerns the other package only is no change", async () => {
    await source.commit({ message: "Two", files: { "two/b": "b\n", ".distro/two/new": "x\n" } });
    expect((await patchesOf("one")).changed).toBe(false);
    expect((await patchesOf("two")).changed).toBe(true);
  });

  it("merges are checked within the package's paths", async () => {
    const base = await source.head();
    const main = await source.commit({ message: "Main", files: { "one/a": "main\n" } });
    const side = await source.commit({
      branch: "side",
      parents: [base],
      message: "Side",
      files: { "two/b": "side\n" },
    });
    await source.commit({ parents: [main, side], message: "Merge", files: { "two/b": "side\n", README: "evil\n" } });
    expect((await patchesOf("one")).patches).toEqual(["0001-Main.patch"]);
    expect((await patchesOf("two")).patches).toEqual(["0001-Side.patch"]);
  });

  it("a dist-git whose package is not there is refused; so are paths outside of the repository", async () => {
    await dist.commit({ branch: "three", message: "x", files: { "three.spec": makeSpec() } });
    await expect(patchesOf("three")).rejects.toMatchObject({ code: "package-ambiguous" });
    await start({ one: "[../one]", two: "[two]" });
    await expect(patchesOf("one")).rejects.toMatchObject({ kind: "user", code: "path-illegal" });
  });

  it("update-source-git writes into the package's own directory", async () => {
    const distCommits = [
      await dist.commit({ branch: "one", message: "Gating", files: { extra: "y\n", "g/x": "z\n" } }),
    ];
    const made = await makeSourceGitCommits(await open(), {
      sourceHead: await source.head(),
      distCommits,
      committer: () => USER,
      distGitName: "one",
    });
    expect(made.commits.map(({ files }) => files)).toEqual([
      [
        { path: ".distro/one/extra", change: "modified" },
        { path: ".distro/one/g/x", change: "added" },
      ],
    ]);
  });
});

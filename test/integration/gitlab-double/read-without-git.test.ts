// What the double reads from a repository's files is what git says.
import { join } from "node:path";
import { beforeAll, describe, expect, it } from "@jest/globals";
import { ancestryOf } from "../../gitlab-double/git/ancestry.ts";
import { BareRepository } from "../../gitlab-double/git/bare-repository.ts";
import { readLooseFile } from "../../gitlab-double/git/loose-objects.ts";
import { readFile } from "../../gitlab-double/git/read-objects.ts";
import { readRefFiles } from "../../gitlab-double/git/read-refs.ts";
import { createTestRepository, type TestRepository, temporaryDirectory } from "../../support/git/test-repository.ts";

const directory = join(temporaryDirectory(), "pkg.git");
let git: TestRepository["git"];
let shas: { readonly one: string; readonly two: string; readonly side: string; readonly merge: string; other: string };

beforeAll(async () => {
  const repository = await createTestRepository(directory);
  git = repository.git;
  const one = await repository.commit({ message: "One", files: { "a.txt": "one\n", "dir/ä b/c.sh": "echo\n" } });
  const two = await repository.commit({ message: "Two", files: { "a.txt": "two\n" } });
  const side = await repository.commit({ message: "Side", branch: "side", parents: [one], files: { b: "b\n" } });
  const merge = await repository.commit({ message: "Merge", parents: [two, side] });
  const other = await repository.commit({ message: "Other", branch: "other", files: { x: "x\n" } });
  shas = { one, two, side, merge, other };
  await git(["tag", "light", two]);
  await git(["tag", "-a", "-m", "First", "annotated", one]);
  await git(["tag", "-a", "-m", "Twice", "twice", "annotated"]);
});

const refsOfGit = async () => {
  const lines = (await git(["for-each-ref", "--format=%(refname)"])).trim().split("\n");
  return Promise.all(lines.map(async (name) => [name, (await git(["rev-parse", `${name}^{commit}`])).trim()]));
};

describe("refs", () => {
  it.each([
    ["in files of their own", async () => undefined],
    ["packed", () => git(["pack-refs", "--all"])],
    ["packed and moved since", () => git(["update-ref", "refs/heads/side", shas.two])],
    ["removed", () => git(["update-ref", "-d", "refs/heads/other"])],
    ["nested", () => git(["update-ref", "refs/merge-requests/1/head", shas.side])],
  ])("%s", async (_, change) => {
    await change();
    expect([...((await readRefFiles(directory)) ?? [])]).toEqual(await refsOfGit());
  });

  it("are left to git when one names another", async () => {
    await git(["symbolic-ref", "refs/heads/alias", "refs/heads/main"]);
    expect(await readRefFiles(directory)).toBeUndefined();
    const repository = new BareRepository(directory);
    expect((await repository.reload()).get("refs/heads/alias")).toBe(shas.merge);
    await git(["symbolic-ref", "--delete", "refs/heads/alias"]);
  });
});

it("ancestry: near, far and unrelated", async () => {
  const repository = new BareRepository(directory);
  const withoutFiles = ancestryOf(directory, async () => undefined);
  const { merge, two, side, one, other } = shas;
  const pairs = [merge, two, side, one, other, "0".repeat(40)].flatMap((a, _, all) => all.map((b) => [a, b] as const));
  for (const [a, b] of pairs) {
    const asked = [await withoutFiles.isAncestor(a, b), await withoutFiles.mergeBase(a, b)];
    expect([a, b, await repository.isAncestor(a, b), await repository.mergeBase(a, b)]).toEqual([a, b, ...asked]);
  }
  expect(await repository.mergeBase(two, side)).toBe(one);
  expect(await repository.isAncestor(side, merge)).toBe(true);
});

it("files and commits, also when they are packed", async () => {
  const look = async () => {
    const repository = new BareRepository(directory);
    const names = ["a.txt", "dir/ä b/c.sh", "dir", "none", "dir/none", ""];
    const files = await Promise.all(names.map((name) => readFile(repository, shas.two, name)));
    return [files.map((file) => file?.bytes.toString()), await repository.commit(shas.merge)];
  };
  const loose = await look();
  expect(loose[0]).toEqual(["two\n", "echo\n", undefined, undefined, undefined, undefined]);
  const tree = (await git(["rev-parse", `${shas.two}^{tree}`])).trim();
  expect((await readLooseFile(directory, tree, "a.txt"))?.id).toBe(
    (await git(["rev-parse", `${shas.two}:a.txt`])).trim(),
  );
  await git(["repack", "-adq"]);
  expect(await readLooseFile(directory, tree, "a.txt")).toBeUndefined();
  expect(await look()).toEqual(loose);
});

// Histories that are no single line (engine.md 2.1 to 2.4, D9, D25, D26).
import { mkdirSync } from "node:fs";
import { join } from "node:path";
import { beforeEach, describe, expect, it } from "@jest/globals";
import { makeDistGitTree } from "../../../src/engine/make-dist-git-tree.ts";
import { openBareRepository } from "../../../src/git/bare-repository.ts";
import type { Repository } from "../../../src/git/repository.ts";
import type { Sha } from "../../../src/model/ids.ts";
import { appliedTree, expectSourceTree } from "../../support/git/applied-tree.ts";
import { createTestPair, makeConfig, type TestPair, type TestPairOptions } from "../../support/git/test-pair.ts";
import { ADA, type TestCommit, temporaryDirectory } from "../../support/git/test-repository.ts";

const root = temporaryDirectory();
let directory = root;
let count = 0;

beforeEach(() => {
  directory = join(root, String(count++));
  mkdirSync(directory);
});

const LINES = Array.from({ length: 20 }, (_, index) => `line ${index + 1}`);

/** The text file of the tests with some lines replaced. */
function text(changes: Readonly<Record<number, string>>): string {
  return `${LINES.map((line, index) => changes[index + 1] ?? line).join("\n")}\n`;
}

class History {
  readonly pair: TestPair;
  readonly repository: Repository;

  constructor(pair: TestPair, repository: Repository) {
    this.pair = pair;
    this.repository = repository;
  }

  /** A commit on a branch, which begins at `from` where it is given. */
  async add(message: string, files: TestCommit["files"], more: Partial<TestCommit> = {}): Promise<Sha> {
    return await this.pair.source.commit({ message, files: files ?? {}, ...more });
  }

  async transform(more: { upstreamRef?: string } = {}) {
    const { source, dist } = this.pair;
    await this.repository.fetch({ url: source.directory }, ["+refs/*:refs/*"]);
    await this.repository.fetch({ url: dist.directory }, ["+refs/heads/c9s:refs/d/c9s"]);
    return await makeDistGitTree(this.repository, {
      sourceHead: await source.head(),
      distHead: await dist.head("c9s"),
      copyCiFile: false,
      patchComments: "subject",
      ...more,
    });
  }

  /** Names of the patches; they were applied in order and gave the source tree. */
  async patches(upstream = "1.0"): Promise<string[]> {
    const result = await this.transform();
    const applied = await appliedTree(this.repository, {
      tree: result.tree,
      base: await this.pair.source.head(upstream),
      work: join(directory, `work${count++}`),
      origin: this.pair.source.directory,
    });
    await expectSourceTree(applied, this.pair.source);
    return result.patches.map(({ name }) => name);
  }
}

async function start(options: Partial<TestPairOptions> = {}): Promise<History> {
  const repository = await openBareRepository({
    directory: join(directory, "cache.git"),
    environment: { PATH: process.env.PATH ?? "" },
    allowFileRemotes: true,
  });
  const pair = await createTestPair({ directory, upstream: { "a.txt": text({}), "b.txt": "bee\n" }, ...options });
  return new History(pair, repository);
}

describe("merges", () => {
  it("D9: a merged branch's commits stand at the place of its merge, whatever their dates", async () => {
    const it = await start();
    const base = await it.pair.source.head();
    await it.add("Side one", { "a.txt": text({ 2: "two" }) }, { branch: "side", parents: [base], date: 1_646_128_900 });
    const side = await it.add("Side two", { "c.txt": "c\n" }, { branch: "side", date: 1_646_128_901 });
    const main = await it.add("Main", { "a.txt": text({ 18: "18" }) });
    await it.add("Merge side", { "a.txt": text({ 2: "two", 18: "18" }), "c.txt": "c\n" }, { parents: [main, side] });
    await it.add("After", { "b.txt": "after\n" });
    expect(await it.patches()).toEqual([
      "0001-Main.patch",
      "0002-Side-one.patch",
      "0003-Side-two.patch",
      "0004-After.patch",
    ]);
  });

  it("D9: patches keep their place and name when a branch comes in that began before them", async () => {
    const it = await start();
    const base = await it.pair.source.head();
    const one = await it.add("One", { "1.txt": "1\n" });
    const first = await it.patches();
    const late = await it.add("Late", { "l.txt": "l\n" }, { branch: "late", parents: [base], date: 1_646_128_801 });
    await it.add("Merge late", { "l.txt": "l\n" }, { parents: [one, late] });
    expect((await it.patches()).slice(0, 1)).toEqual(first);
    expect(await it.patches()).toEqual(["0001-One.patch", "0002-Late.patch"]);
  });

  it("D9: main merged into a branch, and that branch merged", async () => {
    const it = await start();
    const base = await it.pair.source.head();
    const side = await it.add("Side", { "s.txt": "1\n" }, { branch: "side", parents: [base] });
    const main = await it.add("Main", { "m.txt": "1\n" });
    await it.add("Back", { "m.txt": "1\n" }, { branch: "side", parents: [side, main] });
    const side2 = await it.add("Side 2", { "s.txt": "2\n" }, { branch: "side" });
    await it.add("Merge", { "s.txt": "2\n" }, { parents: [main, side2] });
    expect(await it.patches()).toEqual(["0001-Main.patch", "0002-Side.patch", "0003-Side-2.patch"]);
  });

  it("D9: a merge with changes of its own is one patch with its own header; the others stay flat", async () => {
    const it = await start();
    const base = await it.pair.source.head();
    const side = await it.add("Side", { "a.txt": text({ 2: "side" }) }, { branch: "side", parents: [base] });
    const main = await it.add("Main", { "a.txt": text({ 2: "main" }) });
    const odd = await it.add(
      "Merge side\n\nWith a conflict.\n\nPatch-name: merged.patch\n",
      { "a.txt": text({ 2: "both" }) },
      { parents: [main, side], author: { name: "Bo Ümlaut", email: "bo@example.com" } },
    );
    const calm = await it.add("Calm", { "c.txt": "c\n" }, { branch: "calm", parents: [main] });
    await it.add("Merge calm", { "c.txt": "c\n" }, { parents: [odd, calm] });
    expect(await it.patches()).toEqual(["0001-Main.patch", "merged.patch", "0003-Calm.patch"]);
    const { tree } = await it.transform();
    const file = (await it.repository.readTree(tree)).find(({ path }) => path === "merged.patch");
    const [content] = await it.repository.readBlobs(file ? [file.id] : []);
    const [head] = await it.repository.readCommits([odd]);
    expect(String(content)).toMatch(
      new RegExp(`^From ${odd} Mon Sep 17 00:00:00 2001\nFrom: =\\?UTF-8.*bo@example.com>\n`),
    );
    expect(String(content)).toContain(
      "Subject: [PATCH] Merge side\n\nWith a conflict.\n\nPatch-name: merged.patch\n---\n",
    );
    expect(String(content)).toContain(`-main\n+both\n`);
    expect(head?.parents).toHaveLength(2);
  });

  it("D9: of a merge inside of a branch only that one is a patch", async () => {
    const it = await start();
    const base = await it.pair.source.head();
    const deep = await it.add("Deep", { "a.txt": text({ 2: "deep" }) }, { branch: "deep", parents: [base] });
    const side = await it.add("Side", { "a.txt": text({ 2: "side" }) }, { branch: "side", parents: [base] });
    const inner = await it.add("Inner", { "a.txt": text({ 2: "both" }) }, { branch: "side", parents: [side, deep] });
    const main = await it.add("Main", { "m.txt": "m\n" });
    await it.add("Outer", { "a.txt": text({ 2: "both" }) }, { parents: [main, inner] });
    expect(await it.patches()).toEqual(["0001-Main.patch", "0002-Side.patch", "0003-Inner.patch"]);
  });

  it("D9: one odd merge among many is found", async () => {
    const it = await start();
    for (let number = 1; number <= 9; number++) {
      const main = await it.pair.source.head();
      const branch = `b${number}`;
      const side = await it.add(`Side ${number}`, { [branch]: "1\n" }, { branch, parents: [main] });
      await it.add(`Merge ${number}`, { [branch]: number === 6 ? "odd\n" : "1\n" }, { parents: [main, side] });
    }
    const names = await it.patches();
    expect(names).toHaveLength(9);
    expect(names.filter((name) => name.includes("Merge"))).toEqual(["0006-Merge-6.patch"]);
  });

  it("2.4: a branch that is merged without effect gives no patch", async () => {
    const it = await start();
    const base = await it.pair.source.head();
    const side = await it.add("Side", { "a.txt": text({ 2: "side" }) }, { branch: "side", parents: [base] });
    const main = await it.add("Main", { "m.txt": "m\n" });
    await it.add("Merge -X ours", {}, { parents: [main, side] });
    expect(await it.patches()).toEqual(["0001-Main.patch"]);
  });

  it("D9: a commit counts although the merge behind it has the other side's content", async () => {
    const it = await start();
    const base = await it.pair.source.head();
    const side = await it.add("Side", { "x.txt": "x\n" }, { branch: "side", parents: [base] });
    const main = await it.add("Drop", { "a.txt": null });
    await it.add("Merge side", { "x.txt": "x\n", "a.txt": text({}) }, { parents: [main, side] });
    expect(await it.patches()).toEqual(["0001-Drop.patch", "0002-Merge-side.patch"]);
  });

  it("2.3: a merge of a branch that began before upstream_ref is one patch, as packit makes it", async () => {
    const it = await start();
    const early = await it.add("Import", { "x.txt": "x\n" }, { branch: "up", parents: [] });
    await it.add("Release 2.0", { "x.txt": "x\n", "a.txt": text({}) }, { branch: "up" });
    await it.pair.source.tag("2.0", "up");
    const yaml = makeConfig({ upstreamRef: "2.0" });
    const files = await it.pair.source.files();
    const packaging = { ".distro/hello.spec": files[".distro/hello.spec"] ?? "", ".distro/source-git.yaml": yaml };
    await it.add("Packaging", packaging, { branch: "main", parents: [await it.pair.source.head("2.0")] });
    const side = await it.add("Early", { "x.txt": "early\n" }, { branch: "early", parents: [early] });
    await it.add("Merge early", { "x.txt": "early\n" }, { parents: [await it.pair.source.head(), side] });
    expect(await it.patches("2.0")).toEqual(["0001-Merge-early.patch"]);
  });

  it("an octopus", async () => {
    const it = await start();
    const base = await it.pair.source.head();
    const sides = [];
    for (const name of ["x", "y"]) sides.push(await it.add(name, { [name]: "1\n" }, { branch: name, parents: [base] }));
    await it.add("Octopus", { x: "1\n", y: "1\n" }, { parents: [base, ...sides] });
    expect(await it.patches()).toEqual(["0001-x.patch", "0002-y.patch"]);
  });

  it("need a number of git processes that does not grow with them", async () => {
    const it = await start();
    const merge = async (number: number) => {
      const main = await it.pair.source.head();
      const branch = `b${number}`;
      const side = await it.add(`Side ${number}`, { [branch]: "1\n" }, { branch, parents: [main] });
      await it.add(`Merge ${number}`, { [branch]: "1\n" }, { parents: [main, side] });
    };
    const calls = async () => {
      let asked = 0;
      const { repository } = it;
      const counting = new Proxy(repository, {
        get: (target, key: keyof Repository) => {
          asked++;
          return target[key].bind(target);
        },
      });
      await new History(it.pair, counting).transform();
      return asked;
    };
    for (let number = 1; number <= 2; number++) await merge(number);
    const few = await calls();
    for (let number = 3; number <= 12; number++) await merge(number);
    expect(await calls()).toBe(few);
  });
});

describe("a merge of upstream", () => {
  async function moved(resolution: string): Promise<History> {
    const it = await start({ config: makeConfig({ upstreamRef: "2.0" }) });
    await it.add(
      "Upstream",
      { "a.txt": text({ 10: "ten" }), "n.txt": "new\n" },
      { branch: "up", parents: [await it.pair.source.head("1.0")] },
    );
    await it.pair.source.tag("2.0", "up");
    await it.add("Change", { "a.txt": text({ 2: "two" }) });
    const main = await it.pair.source.head();
    const merge = { "a.txt": text({ 2: resolution, 10: "ten" }), "n.txt": "new\n" };
    await it.add("Merge 2.0", merge, { parents: [main, await it.pair.source.head("2.0")] });
    await it.add("After", { "b.txt": "after\n" });
    return it;
  }

  it("D26: never becomes a patch", async () => {
    const it = await moved("two");
    expect(await it.patches("2.0")).toEqual(["0001-Change.patch", "0002-After.patch"]);
  });

  it("D26: that changes something of its own is refused by name, with the advice to rebase", async () => {
    const it = await moved("other");
    await expect(it.transform()).rejects.toMatchObject({
      kind: "user",
      code: "history-not-reproducible",
      message: expect.stringContaining("(Merge 2.0)"),
      fix: expect.stringContaining("Rebase"),
    });
  });

  it("D26: branches that began at the former release stay flat", async () => {
    const it = await start({ config: makeConfig({ upstreamRef: "2.0" }) });
    const old = await it.pair.source.head("1.0");
    await it.add("Upstream", { "n.txt": "new\n" }, { branch: "up", parents: [old] });
    await it.pair.source.tag("2.0", "up");
    const side = await it.add("Side", { "s.txt": "s\n" }, { branch: "side", parents: [old] });
    await it.add("Merge side", { "s.txt": "s\n" }, { parents: [await it.pair.source.head(), side] });
    await it.add(
      "Merge 2.0",
      { "n.txt": "new\n" },
      {
        parents: [await it.pair.source.head(), await it.pair.source.head("2.0")],
      },
    );
    expect(await it.patches("2.0")).toEqual(["0001-Side.patch"]);
  });
});

describe("upstream_ref", () => {
  async function beside(files: TestCommit["files"]): Promise<History> {
    const it = await start({ config: makeConfig({ upstreamRef: "1.1" }) });
    await it.add("Release 1.1", files, { branch: "up", parents: [await it.pair.source.head("1.0")] });
    await it.pair.source.tag("1.1", "up");
    await it.add("Change", { "b.txt": "b\n" });
    return it;
  }

  it("2.1: that is no ancestor is taken where the commits since the fork, applied on it, give the source tree", async () => {
    const it = await beside({ ".distro/only": "upstream's own\n" });
    expect(await it.patches("1.1")).toEqual(["0001-Change.patch"]);
  });

  it("2.1: that is no ancestor is refused where they do not", async () => {
    const it = await beside({ "a.txt": text({ 10: "ten" }) });
    await expect(it.transform()).rejects.toMatchObject({
      kind: "user",
      code: "history-not-reproducible",
      fix: expect.stringContaining("Rebase"),
    });
  });

  it("that is ahead of source-git is refused", async () => {
    const it = await start({ config: makeConfig({ upstreamRef: "2.0" }) });
    await it.add("Upstream", { "n.txt": "n\n" }, { branch: "up", parents: [await it.pair.source.head()] });
    await it.pair.source.tag("2.0", "up");
    await expect(it.transform()).rejects.toMatchObject({
      code: "history-not-reproducible",
      message: expect.stringContaining("ends before upstream_ref"),
    });
  });

  it.each([
    ["a branch that only origin has", "release", "refs/remotes/origin/release"],
    ["D25: a glob over tags", "1.0*", "refs/tags/1.0.1"],
    ["D25: a glob over all refs", "branches/rel*", "refs/heads/release"],
    ["D25: a glob over all refs, remote ones too", "branches/*rel*", "refs/remotes/origin/release"],
  ])("2.1, 2.2: %s", async (_name, upstreamRef, ref) => {
    const it = await start({ config: makeConfig({ upstreamRef }) });
    await it.add("Below", { "b.txt": "below\n" });
    await it.pair.source.git(["update-ref", ref, await it.pair.source.head()]);
    await it.add("Change", { "b.txt": "b\n" });
    expect((await it.transform()).patches.map(({ commits: [commit] }) => commit?.author)).toEqual([
      expect.objectContaining(ADA),
    ]);
  });
});

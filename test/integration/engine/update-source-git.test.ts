// From dist-git to source-git on real repositories: what is reproduced, refused, merged and left alone.
import { mkdirSync } from "node:fs";
import { join } from "node:path";
import { beforeEach, describe, expect, it } from "@jest/globals";
import {
  makeSourceGitCommits,
  type SourceGitCommits,
} from "../../../src/engine/dist-to-source/make-source-git-commits.ts";
import type { Repository, Signature } from "../../../src/git/repository.ts";
import type { Sha } from "../../../src/model/ids.ts";
import { joinRepositories } from "../../support/git/joined-repository.ts";
import {
  createTestPair,
  makeConfig,
  makeSpec,
  type TestPair,
  type TestPairOptions,
} from "../../support/git/test-pair.ts";
import { type TestFile, temporaryDirectory } from "../../support/git/test-repository.ts";

const root = temporaryDirectory();
const BOT: Signature = { name: "Bot", email: "bot@example.com", date: "1700000000 +0000" };
const RELENG = { name: "Rel Eng", email: "releng@example.com" };

let directory = "";
let count = 0;
let pair: TestPair;
let base: Sha;

async function start(options: Partial<TestPairOptions> = {}) {
  pair = await createTestPair({ directory, ...options });
  base = await pair.dist.head("c9s");
}

async function change(files: Readonly<Record<string, TestFile | null>>, message = "Change"): Promise<Sha> {
  return await pair.dist.commit({ branch: "c9s", author: RELENG, message, files });
}

interface Update extends SourceGitCommits {
  readonly repository: Repository;
}

async function update(): Promise<Update> {
  const repository = await joinRepositories(pair, directory);
  const range = await repository.listRange(base, await pair.dist.head("c9s"));
  const input = {
    sourceHead: await pair.source.head(),
    distCommits: range.map(({ sha }) => sha),
    committer: () => BOT,
  };
  return { repository, ...(await makeSourceGitCommits(repository, input)) };
}

/** Files of a commit as `mode content`, by path. */
async function filesOf(repository: Repository, commit: Sha): Promise<Map<string, string>> {
  const files = await repository.readTree(commit);
  const contents = await repository.readBlobs(files.map(({ id }) => id));
  return new Map(files.map(({ path, mode }, index) => [path, `${mode} ${contents[index]?.toString("latin1")}`]));
}

beforeEach(() => {
  directory = join(root, String(count++));
  mkdirSync(directory);
});

describe("commits of dist-git become commits of source-git", () => {
  it("D21: author, date and message are kept; the trailer names the dist-git commit", async () => {
    await start();
    const sha = await change({ "new.conf": "n\n" }, "Rebuild\n\nBody of it.\n\nResolves: rhbz#5\n");
    const { repository, commits, head } = await update();
    const [made] = await repository.readCommits([head]);
    expect(made?.message).toBe(`Rebuild\n\nBody of it.\n\nResolves: rhbz#5\nFrom-dist-git-commit: ${sha}\n`);
    expect(made?.author).toMatchObject(RELENG);
    expect(made?.author.date).toBe(commits[0]?.dist.author.date);
    expect(made?.committer).toEqual(BOT);
    expect(made?.parents).toEqual([await pair.source.head()]);
    expect(commits[0]?.files).toEqual([{ path: ".distro/new.conf", change: "added" }]);
  });

  it("D21: renames, modes, links, binaries and odd names arrive byte for byte, below .distro only", async () => {
    const before: Record<string, TestFile> = {
      "big.txt": "1\n2\n3\n4\n5\n",
      "run.sh": "#!/bin/sh\n",
      "crlf.txt": "a\r\nb\r\n",
      bin: Buffer.from([0, 1, 255]),
    };
    await start({ dist: before, distro: before });
    await change({
      "big.txt": null,
      "d/new.txt": "1\n2\n3\n4\n5\n6\n",
      "run.sh": { mode: "100755", content: "#!/bin/sh\n" },
      "crlf.txt": "a\r\nb\r\nc\r\n",
      bin: Buffer.from([0, 2, 254]),
      link: { mode: "120000", content: "d/new.txt" },
      "ünïcode dir/ß": "x",
    });
    const { repository, head } = await update();
    const after = await filesOf(repository, head);
    const dist = await filesOf(repository, await pair.dist.head("c9s"));
    for (const path of ["d/new.txt", "run.sh", "crlf.txt", "bin", "link"]) {
      expect([path, after.get(`.distro/${path}`)]).toEqual([path, dist.get(path)]);
    }
    expect(after.get(Buffer.from(".distro/ünïcode dir/ß").toString("latin1"))).toBe("100644 x");
    expect(after.has(".distro/big.txt")).toBe(false);
    const old = await filesOf(repository, await pair.source.head());
    const outside = (files: Map<string, string>) => [...files].filter(([path]) => !path.startsWith(".distro/"));
    expect(outside(after)).toEqual(outside(old));
  });

  it("D21: the spec is merged; Patch lines and their comments stay in dist-git", async () => {
    const patches = ["# Why", "Patch1:         one.patch"];
    await start({ distSpec: makeSpec({ patches }), dist: { "one.patch": "x" } });
    const next = ["# Why, in other words", "Patch0001:      one.patch"];
    await change({ "hello.spec": makeSpec({ patches: next, release: "2%{?dist}" }) });
    const { repository, head } = await update();
    expect((await filesOf(repository, head)).get(".distro/hello.spec")).toBe(
      `100644 ${makeSpec({ release: "2%{?dist}" })}`,
    );
  });

  it("3.6: where each side has its own changelog, dist-git's stays there and the rest arrives", async () => {
    const theirs = "* Wed Mar 02 2022 Rel Eng <releng@example.com> - 1.0-1\n- Update to 1.0";
    const spec = makeSpec({ changelog: "* Tue Mar 01 2022 Upstream <up@example.com> - 1.0-1\n- Own entry" });
    await start({ spec, distSpec: makeSpec({ changelog: theirs }), config: makeConfig({ syncChangelog: false }) });
    const entry = "* Thu Mar 03 2022 Rel Eng <releng@example.com> - 1.0-2\n- Rebuild\n\n";
    await change({ "hello.spec": makeSpec({ release: "2%{?dist}", changelog: entry + theirs }) });
    const { repository, head } = await update();
    expect((await filesOf(repository, head)).get(".distro/hello.spec")).toBe(
      `100644 ${spec.replace("Release:        1", "Release:        2")}`,
    );
  });

  it("D19: commits without effect are skipped: Patch lines only, own files only, nothing, there already", async () => {
    const patches = ["Patch1:         one.patch"];
    await start({ distSpec: makeSpec({ patches }), dist: { "one.patch": "x" }, distro: { same: "s\n" } });
    await change({ "hello.spec": makeSpec({ patches: ["# Comment", ...patches] }) });
    await change({ ".gitignore": "/x\n" });
    await change({});
    await change({ same: "s\n" });
    const { head, commits, skipped } = await update();
    expect(commits).toEqual([]);
    expect(skipped).toHaveLength(4);
    expect(head).toBe(await pair.source.head());
  });

  it("source-git.yaml, .gitignore and git's own files that source-git does not have stay as they are", async () => {
    await start({ dist: { ".gitattributes": "x\n", ".gitignore": "y\n" } });
    await change({ ".gitattributes": "z\n", ".gitignore": "z\n", "source-git.yaml": "z\n", "t/.gitignore": "z\n" });
    const { repository, head, notes } = await update();
    const after = await filesOf(repository, head);
    expect(after.get(".distro/.gitignore")).toBe("100644 # Reset gitignore rules\n!*\n");
    expect(after.get(".distro/source-git.yaml")).toBe(`100644 ${makeConfig()}`);
    expect(after.get(".distro/t/.gitignore")).toBe("100644 z\n");
    expect(notes).toEqual([expect.stringContaining("'.distro/.gitattributes'")]);
  });

  it("what source-git changed itself is merged line by line, and a moved file takes it along", async () => {
    const text = "1\n2\n3\n4\n5\n6\n7\n8\n";
    const own = text.replace("2", "two");
    await start({ dist: { a: text, b: text }, distro: { a: own, b: own } });
    await change({ a: text.replace("7", "seven"), b: null, "d/c": text });
    const { repository, head } = await update();
    const after = await filesOf(repository, head);
    expect(after.get(".distro/a")).toBe(`100644 ${own.replace("7", "seven")}`);
    expect(after.get(".distro/d/c")).toBe(`100644 ${own}`);
    expect(after.has(".distro/b")).toBe(false);
  });
});

describe("what is refused", () => {
  it.each<[string, Record<string, TestFile | null>, string]>([
    ["the sources file", { sources: "new\n" }, "sources-changed"],
    ["a new patch", { "new.patch": "x" }, "patch-changed"],
    ["a patch in a sub-directory", { "t/new.patch": "x" }, "patch-changed"],
    ["a removed patch", { "old.patch": null }, "patch-changed"],
    ["both sides changed a line", { both: "theirs\n" }, "replay-conflict"],
    ["both sides changed a binary file", { binary: Buffer.from([0, 3]) }, "replay-conflict"],
    ["deleted there, changed here", { both: null }, "replay-conflict"],
    ["changed there, missing here", { missing: "x\n" }, "replay-conflict"],
    ["the spec was deleted", { "hello.spec": null }, "spec-missing"],
  ])("%s", async (_name, files, code) => {
    await start({
      dist: { "old.patch": "x", both: "base\n", binary: Buffer.from([0, 1]), missing: "m\n" },
      distro: { both: "ours\n", binary: Buffer.from([0, 2]) },
    });
    await change({ fine: "x\n" });
    await change(files);
    await expect(update()).rejects.toMatchObject({ kind: "user", code });
  });

  it("what a merge commit itself changes counts", async () => {
    await start();
    const main = await change({ one: "1\n" });
    const side = await pair.dist.commit({ branch: "side", parents: [base], message: "Side", files: { two: "2\n" } });
    await pair.dist.commit({
      branch: "c9s",
      parents: [main, side],
      message: "Merge",
      files: { two: "2\n", sources: "evil\n" },
    });
    await expect(update()).rejects.toMatchObject({ code: "sources-changed" });
  });

  it("6.2: both sides need their spec", async () => {
    await start();
    await pair.source.commit({ message: "No spec", files: { ".distro/hello.spec": null } });
    await change({ a: "1\n" });
    await expect(update()).rejects.toMatchObject({ code: "spec-missing" });
  });
});

describe("merges in dist-git", () => {
  it("the commits of a merged branch come one by one, and what the merge itself changed", async () => {
    const text = "1\n2\n3\n4\n5\n6\n7\n8\n";
    await start({ dist: { a: text }, distro: { a: text } });
    const main = await change({ a: text.replace("2", "two") }, "Main");
    const side = await pair.dist.commit({
      branch: "side",
      parents: [base],
      message: "Side",
      files: { a: text.replace("7", "seven") },
    });
    const merged = text.replace("2", "two").replace("7", "seven");
    await pair.dist.commit({
      branch: "c9s",
      parents: [main, side],
      message: "Merge",
      files: { a: merged, own: "own\n" },
    });
    const { repository, head, commits } = await update();
    expect(commits.map(({ dist }) => dist.message).sort()).toEqual(["Main", "Merge", "Side"]);
    const after = await filesOf(repository, head);
    expect(after.get(".distro/a")).toBe(`100644 ${merged}`);
    expect(after.get(".distro/own")).toBe("100644 own\n");
  });

  it("a merge whose sides do not fit comes as one commit", async () => {
    await start({ dist: { a: "base\n" }, distro: { a: "base\n" } });
    const main = await change({ a: "main\n" }, "Main");
    const side = await pair.dist.commit({ branch: "side", parents: [base], message: "Side", files: { a: "side\n" } });
    await pair.dist.commit({ branch: "c9s", parents: [main, side], message: "Merge", files: { a: "both\n" } });
    const { repository, head, commits } = await update();
    expect(commits.map(({ dist }) => dist.message)).toEqual(["Main", "Merge"]);
    expect((await filesOf(repository, head)).get(".distro/a")).toBe("100644 both\n");
  });
});

// D23: a patch file of dist-git that has the same effect stays as it is, however it is written.
import { mkdirSync } from "node:fs";
import { join } from "node:path";
import { beforeEach, describe, expect, it } from "@jest/globals";
import { makeDistGitTree } from "../../../src/engine/make-dist-git-tree.ts";
import { openBareRepository } from "../../../src/git/bare-repository.ts";
import type { Repository } from "../../../src/git/repository.ts";
import { createTestPair, type TestPair } from "../../support/git/test-pair.ts";
import { type TestCommit, temporaryDirectory } from "../../support/git/test-repository.ts";

const root = temporaryDirectory();
let directory = root;
let count = 0;
let pair: TestPair;
let repository: Repository;

function text(changes: Readonly<Record<number, string>> = {}): string {
  const lines = Array.from({ length: 30 }, (_, index) => changes[index + 1] ?? `line ${(index % 7) + 1}`);
  return `${lines.join("\n")}\n`;
}

beforeEach(async () => {
  directory = join(root, String(count++));
  mkdirSync(directory);
  pair = await createTestPair({ directory, upstream: { "a.txt": text(), "ü b.txt": text(), "c.txt": "no newline" } });
  repository = await openBareRepository({
    directory: join(directory, "cache.git"),
    environment: { PATH: process.env.PATH ?? "" },
    allowFileRemotes: true,
  });
});

async function transform() {
  await repository.fetch({ url: pair.source.directory }, ["+refs/heads/main:refs/s/main", "+refs/tags/*:refs/tags/*"]);
  await repository.fetch({ url: pair.dist.directory }, ["+refs/heads/c9s:refs/d/c9s"]);
  const [sourceHead, distHead] = [await pair.source.head(), await pair.dist.head("c9s")];
  return await makeDistGitTree(repository, { sourceHead, distHead, copyCiFile: false, patchComments: "subject" });
}

/** Commits the changes to one patch file, and puts the given text into dist-git in its place. */
async function replaced(commits: readonly TestCommit["files"][], write: () => Promise<string | Uint8Array>, more = "") {
  for (const [index, files] of commits.entries()) {
    await pair.source.commit({ message: `Change ${index}\n\nPatch-name: x.patch\n${more}`, files: files ?? {} });
  }
  const { tree } = await transform();
  const spec = (await repository.readTree(tree)).find(({ path }) => path === "hello.spec");
  const [content] = await repository.readBlobs(spec ? [spec.id] : []);
  await pair.dist.commit({
    branch: "c9s",
    message: "By hand",
    files: { "hello.spec": content ?? "", "x.patch": await write() },
  });
  return (await transform()).files;
}

const diff = (...options: string[]) => pair.source.git(["diff", ...options, "main~1", "main", "--", ".", ":!.distro"]);

describe("D23: the effect decides", () => {
  it.each<[string, TestCommit["files"]]>([
    ["a line", { "a.txt": text({ 9: "nine" }) }],
    ["several lines among equal ones", { "a.txt": text({ 2: "two", 9: "nine", 16: "sixteen", 30: "last" }) }],
    ["a name that git quotes", { "ü b.txt": text({ 1: "one" }) }],
    ["no final newline", { "c.txt": "still none" }],
    ["a final newline", { "c.txt": "no newline\n" }],
    ["a new file", { "d.txt": "new\n" }],
    ["a deleted file", { "a.txt": null }],
    ["a renamed and changed file", { "a.txt": null, "sub/z.txt": text({ 3: "three" }) }],
    ["a mode", { "a.txt": { mode: "100755", content: text() } }],
    ["a mode and a line", { "a.txt": { mode: "100755", content: text({ 5: "five" }) } }],
    ["a file that becomes a link", { "a.txt": { mode: "120000", content: "c.txt" } }],
    ["an empty file", { "e.txt": "" }],
  ])("less context, %s", async (_name, files) => {
    expect(await replaced([files], () => diff("-U1"))).toEqual([]);
  });

  it("a bare diff of another tool", async () => {
    const bare = async () =>
      (await diff("-U0"))
        .replace(/^diff .*\nindex .*\n/gm, "")
        .replace(/^(---|\+\+\+) [ab]\/(.*)$/gm, "$1 hello-1.0/$2\t2020-01-01");
    expect(await replaced([{ "a.txt": text({ 9: "nine" }) }], bare)).toEqual([]);
  });

  it("one diff for two squashed commits", async () => {
    const commits = [{ "a.txt": text({ 9: "nine" }) }, { "a.txt": text({ 9: "nine!", 20: "x" }), "n.txt": "n\n" }];
    expect(await replaced(commits, () => pair.source.git(["diff", "main~2", "main", "--", ".", ":!.distro"]))).toEqual(
      [],
    );
  });

  it("without prefixes", async () => {
    const commits = [{ "a.txt": text({ 9: "nine" }) }];
    expect(await replaced(commits, () => diff("-U1", "--no-prefix"), "No-prefix: true\n")).toEqual([]);
  });

  it.each<[string, (diff: string) => string | Uint8Array]>([
    ["another line", (found) => found.replace("+nine", "+ten")],
    ["a line that is missing", (found) => found.replace(/^-line.*\n/m, "")],
    ["one file more", (found) => `${found}--- a/c.txt\n+++ b/c.txt\n@@ -0,0 +1 @@\n+x\n`],
    ["no diff at all", () => "text\n"],
    ["a broken hunk", (found) => found.replace(/@@ .* @@/, "@@ -1,99 +1,99 @@")],
    ["nothing", () => ""],
    ["bytes", () => Buffer.from([0, 255, 10, 64, 64])],
  ])("%s: the file is replaced", async (_name, edit) => {
    const files = await replaced([{ "a.txt": text({ 9: "nine" }) }], async () => edit(await diff("-U1")));
    expect(files).toEqual([{ path: "x.patch", change: "modified" }]);
  });

  it("binary changes are compared as they are written", async () => {
    const files = await replaced([{ "a.txt": Buffer.from([0, 1, 2]) }], () => diff("--binary", "--full-index"));
    expect(files).toEqual([]);
  });
});

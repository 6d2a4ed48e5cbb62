// Content that is too large, or of a kind that must not travel: refused with a message, or carried as what it is.
import { mkdirSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "@jest/globals";
import { DEFAULT_LIMITS, type EngineLimits } from "../../../src/engine/limits.ts";
import { makeDistGitTree } from "../../../src/engine/make-dist-git-tree.ts";
import { openBareRepository } from "../../../src/git/bare-repository.ts";
import { pathToText } from "../../../src/git/byte-path.ts";
import { createTestPair, makeConfig, type TestPair } from "../../support/git/test-pair.ts";
import { type TestCommit, type TestFile, temporaryDirectory } from "../../support/git/test-repository.ts";

const root = temporaryDirectory();
let worlds = 0;

/** A source-git with these files in a directory that is copied as a whole. */
async function worldWith(extra: Readonly<Record<string, TestFile>>, config = makeConfig()): Promise<TestPair> {
  const directory = join(root, String(++worlds));
  mkdirSync(directory);
  const distro = Object.fromEntries(Object.entries(extra).map(([path, file]) => [`extra/${path}`, file]));
  return await createTestPair({ directory, config, distro });
}

async function transform(pair: TestPair, limits: Partial<EngineLimits> = {}) {
  const repository = await openBareRepository({
    directory: join(root, `cache-${worlds}.git`),
    environment: { PATH: process.env.PATH ?? "" },
    allowFileRemotes: true,
  });
  await repository.fetch({ url: pair.source.directory }, ["+refs/heads/main:refs/s/main", "+refs/tags/*:refs/tags/*"]);
  await repository.fetch({ url: pair.dist.directory }, ["+refs/heads/c9s:refs/d/c9s"]);
  const made = await makeDistGitTree(repository, {
    sourceHead: await pair.source.head(),
    distHead: await pair.dist.head("c9s"),
    copyCiFile: false,
    patchComments: "full",
    limits: { ...DEFAULT_LIMITS, ...limits },
  });
  const files = await repository.readTree(made.tree);
  return { made, files: new Map(files.map(({ path, mode }) => [pathToText(path), mode])) };
}

const deep = (depth: number) => `${"d/".repeat(depth)}x`;
// What git itself takes: a tree entry may be long, but fast-import's paths end at 4096 bytes.
const long = (bytes: number) => `${"a".repeat(200)}/`.repeat(Math.floor(bytes / 201)).padEnd(bytes, "b");

describe("what is copied to dist-git", () => {
  it.each<[string, Readonly<Record<string, TestFile>>, string, RegExp]>([
    [
      "a file that is too large",
      { big: "x".repeat(1001) },
      "file-too-large",
      /'extra\/big' .* 1001 bytes; 1000 are allowed/,
    ],
    ["a path that is too long", { [long(1019)]: "x" }, "path-too-long", /1025 bytes/],
    ["too many directories", { [deep(64)]: "x" }, "path-too-long", /65 directories/],
    [
      "a submodule",
      { "sub/module": { mode: "160000", content: "1".repeat(40) } },
      "submodule-refused",
      /'\.distro\/extra\/sub\/module' is a submodule/,
    ],
  ])("is refused: %s", async (_name, extra, code, message) => {
    const pair = await worldWith(extra);
    const refused = { kind: "user", code, message: expect.stringMatching(message), fix: expect.stringMatching(/\S/) };
    await expect(transform(pair, { maxFileBytes: 1000 })).rejects.toMatchObject(refused);
  });

  it("may be as large as allowed, and links are links, wherever they point", async () => {
    const link = (target: string): TestFile => ({ mode: "120000", content: target });
    const pair = await worldWith({
      big: "x".repeat(1000),
      [deep(63)]: "x",
      passwd: link("/etc/passwd"),
      up: link("../../../../x"),
      git: link(".git/hooks"),
    });
    const { files } = await transform(pair, { maxFileBytes: 1000 });
    expect([...files].filter(([, mode]) => mode === "120000").map(([path]) => path)).toEqual([
      "extra/git",
      "extra/passwd",
      "extra/up",
    ]);
    expect(files.get("extra/big")).toBe("100644");
    expect(files.get(`extra/${deep(63)}`)).toBe("100644");
  });

  it("a spec file that is a link is not read", async () => {
    const pair = await worldWith({});
    await pair.source.commit({
      message: "Link",
      files: { ".distro/hello.spec": { mode: "120000", content: "/etc/passwd" } },
    });
    await expect(transform(pair)).rejects.toMatchObject({ kind: "user" });
  });
});

describe("what has to be read", () => {
  it.each<[string, TestCommit, Partial<EngineLimits>, string, RegExp]>([
    [
      "a spec file that is nothing but line ends",
      { message: "Lines", files: { ".distro/hello.spec": "\n".repeat(200_001) } },
      {},
      "spec-too-large",
      /200000 lines are allowed/,
    ],
    [
      "attributes",
      { message: "Attributes", files: { "sub/.gitattributes": "a b\n".repeat(300_000) } },
      {},
      "attributes-too-large",
      /more than 1048576 bytes together/,
    ],
    [
      "a commit's message",
      { message: `Long\n\n${"a\n".repeat(600_000)}`, files: { a: "1" } },
      {},
      "commit-too-large",
      /The commit [0-9a-f]{8,} holds more than 1048576 bytes/,
    ],
    [
      "a tree",
      { message: "Many", files: Object.fromEntries(Array.from({ length: 60 }, (_, at) => [`many/${at}`, "x"])) },
      { maxFiles: 50 },
      "too-many-files",
      /more than 50\./,
    ],
  ])("is refused when it is too large: %s", async (_name, commit, limits, code, message) => {
    const pair = await worldWith({});
    await pair.source.commit(commit);
    const refused = { kind: "user", code, message: expect.stringMatching(message), fix: expect.stringMatching(/\S/) };
    await expect(transform(pair, limits)).rejects.toMatchObject(refused);
  });
});

describe("a submodule that is named itself", () => {
  it("is refused", async () => {
    const pair = await worldWith({}, makeConfig({ more: "- src: vendor\n  dest: vendor\n" }));
    await pair.source.commit({ message: "Vendor", files: { vendor: { mode: "160000", content: "2".repeat(40) } } });
    await expect(transform(pair)).rejects.toMatchObject({ kind: "user", code: "submodule-refused" });
  });
});

describe("a downstream commit", () => {
  it.each<[string, readonly TestCommit[], Partial<EngineLimits>, string]>([
    [
      "that adds a submodule",
      [{ message: "Add it", files: { vendor: { mode: "160000", content: "3".repeat(40) } } }],
      {},
      "submodule-refused",
    ],
    ["too many of them", [{ message: "One", files: { a: "1" } }], { maxCommits: 1 }, "range-too-large"],
    [
      "patches too large",
      [{ message: "One", files: { a: "x".repeat(3000) } }],
      { maxPatchBytes: 2000 },
      "output-too-large",
    ],
  ])("%s", async (_name, commits, limits, code) => {
    const pair = await worldWith({});
    for (const commit of commits) await pair.source.commit(commit);
    await expect(transform(pair, limits)).rejects.toMatchObject({ kind: "user", code });
  });

  it("whose message shows the header of a submodule's diff is none of it", async () => {
    const pair = await worldWith({});
    await pair.source.commit({ message: "Talk\n\nnew file mode 160000\n", files: { a: "1\n" } });
    const { made } = await transform(pair);
    expect(made.patches).toHaveLength(1);
  });
});

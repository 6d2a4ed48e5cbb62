// Properties of the whole way, on random linear histories.
import { mkdirSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "@jest/globals";
import fc from "fast-check";
import { makeDistGitTree } from "../../../src/engine/make-dist-git-tree.ts";
import { parseSpec } from "../../../src/engine/spec/parse-spec.ts";
import { openBareRepository } from "../../../src/git/bare-repository.ts";
import { createTestPair } from "../../support/git/test-pair.ts";
import { gitBytes, type TestFile, temporaryDirectory } from "../../support/git/test-repository.ts";

const root = temporaryDirectory();
let count = 0;

const path = fc.constantFrom(
  "a.txt",
  "b.txt",
  "sub/s.txt",
  "new dir/ü.txt",
  "bin",
  ".gitattributes",
  ".distro/extra",
  "README",
);
const content = fc.oneof(
  fc
    .array(fc.constantFrom("one", "two", "three", "", "  indented", "\ttab", "crlf\r"), { maxLength: 12 })
    .map((lines) => `${lines.join("\n")}\n`),
  fc.constantFrom<TestFile | null>(
    null,
    "no newline",
    Buffer.from([0, 1, 2, 250]),
    Buffer.from("caf\xe9\n", "latin1"),
    { mode: "100755", content: "#!/bin/sh\n" },
    { mode: "120000", content: "a.txt" },
    "*.txt -diff\n",
  ),
);
const trailer = fc.constantFrom(
  "",
  "",
  "Patch-name: same.patch",
  "No-prefix: true",
  "Ignore-patch: false",
  "Patch-status: |\n    50% text",
);
const commit = fc.record({ files: fc.dictionary(path, content, { minKeys: 1, maxKeys: 3 }), trailer });

type Change = { files: Record<string, TestFile | null>; trailer: string };

async function check(history: readonly Change[]): Promise<void> {
  const directory = join(root, String(count++));
  mkdirSync(directory);
  const { source, dist } = await createTestPair({ directory });
  for (const [index, { files, trailer: text }] of history.entries()) {
    // A name that comes back needs commits that follow each other: only the first half may use it.
    const used = index < 2 || !text.startsWith("Patch-name") ? text : "";
    await source.commit({ message: `Commit ${index}\n\n${used}\n`, files });
  }
  const cache = join(directory, "cache.git");
  const repository = await openBareRepository({
    directory: cache,
    environment: { PATH: process.env.PATH ?? "" },
    allowFileRemotes: true,
  });
  await repository.fetch({ url: source.directory }, ["+refs/heads/main:refs/s/main", "+refs/tags/*:refs/tags/*"]);
  await repository.fetch({ url: dist.directory }, ["+refs/heads/c9s:refs/d/c9s"]);
  const sourceHead = await source.head();
  const distHead = await dist.head("c9s");
  const input = { sourceHead, distHead, copyCiFile: false, patchComments: "full" } as const;
  const result = await makeDistGitTree(repository, input);

  const person = { name: "A", email: "a@b", date: "1 +0000" };
  const next = await repository.writeCommit({
    tree: result.tree,
    parents: [distHead],
    author: person,
    committer: person,
    message: "x\n",
  });
  expect((await makeDistGitTree(repository, { ...input, distHead: next })).files).toEqual([]);

  const files = await repository.readTree(result.tree);
  const contents = await repository.readBlobs(files.map(({ id }) => id));
  const byName = new Map(files.map((file, index) => [file.path as string, contents[index] ?? Buffer.alloc(0)]));
  const work = join(directory, "work");
  await gitBytes(["clone", "-q", "--no-checkout", source.directory, work], directory);
  await gitBytes(["checkout", "-q", "1.0"], work);
  for (const { location } of parseSpec((byName.get("hello.spec") ?? "").toString("latin1").split("\n")).patches) {
    const patch = byName.get(location) ?? Buffer.from("missing");
    const level = /^diff --git "?a\//m.test(patch.toString("latin1")) ? "-p1" : "-p0";
    await gitBytes(["apply", "--index", "--whitespace=nowarn", level], work, patch);
  }
  const listed = async (revision: string, cwd: string) =>
    (await gitBytes(["ls-tree", "-r", revision], cwd))
      .toString()
      .split("\n")
      .filter((line) => !line.includes("\t.distro/"));
  const applied = (await gitBytes(["write-tree"], work)).toString().trim();
  expect(await listed(applied, work)).toEqual(await listed(sourceHead, source.directory));
}

describe("random histories", () => {
  it("the patches in the order of the spec give the source tree without .distro; a second run changes nothing", async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(commit, { minLength: 1, maxLength: 6 }),
        async (history) => await check(history as Change[]),
      ),
      { numRuns: 12, seed: 21, endOnFailure: true },
    );
  });
});

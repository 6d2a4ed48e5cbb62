import { join } from "node:path";
import { beforeEach, describe, expect, it } from "@jest/globals";
import { type DistGitInput, type DistGitTree, makeDistGitTree } from "../../../src/engine/make-dist-git-tree.ts";
import { openBareRepository } from "../../../src/git/bare-repository.ts";
import { pathToText } from "../../../src/git/byte-path.ts";
import type { Repository } from "../../../src/git/repository.ts";
import {
  createTestPair,
  makeConfig,
  makeSpec,
  type TestPair,
  type TestPairOptions,
} from "../../support/git/test-pair.ts";
import { type TestCommit, type TestFile, temporaryDirectory } from "../../support/git/test-repository.ts";

const root = temporaryDirectory();
let directory = root;
let count = 0;

beforeEach(() => {
  directory = join(root, String(count++));
});

async function prepare(options: Partial<TestPairOptions> = {}): Promise<{ pair: TestPair; repository: Repository }> {
  const { mkdir } = await import("node:fs/promises");
  await mkdir(directory, { recursive: true });
  const repository = await openBareRepository({
    directory: join(directory, "cache.git"),
    environment: { PATH: process.env.PATH ?? "" },
    allowFileRemotes: true,
  });
  return { repository, pair: await createTestPair({ directory, ...options }) };
}

async function transform(
  { pair, repository }: { pair: TestPair; repository: Repository },
  input: Partial<DistGitInput> = {},
): Promise<DistGitTree> {
  await repository.fetch({ url: pair.source.directory }, ["+refs/heads/main:refs/s/main", "+refs/tags/*:refs/tags/*"]);
  await repository.fetch({ url: pair.dist.directory }, ["+refs/heads/c9s:refs/d/c9s"]);
  return await makeDistGitTree(repository, {
    sourceHead: await pair.source.head(),
    distHead: await pair.dist.head("c9s"),
    copyCiFile: false,
    patchComments: "full",
    ...input,
  });
}

async function filesIn(repository: Repository, { tree }: DistGitTree): Promise<Record<string, string>> {
  const files = await repository.readTree(tree);
  const contents = await repository.readBlobs(files.map(({ id }) => id));
  return Object.fromEntries(files.map(({ path }, index) => [pathToText(path), String(contents[index])]));
}

/** Stores a result as dist-git's new commit. */
async function accept({ pair, repository }: { pair: TestPair; repository: Repository }, result: DistGitTree) {
  const files = await filesIn(repository, result);
  const before = await pair.dist.files("c9s");
  const gone = Object.keys(before).filter((path) => !(path in files));
  await pair.dist.commit({
    branch: "c9s",
    message: "Update",
    files: { ...files, ...Object.fromEntries(gone.map((path) => [path, null])) },
  });
}

function change(number: number, more: Partial<TestCommit> = {}): TestCommit {
  return { message: `Change ${number}`, files: { [`f${number}.txt`]: `${number}\n` }, ...more };
}

function patchLines(spec: string | undefined): string[] {
  return (spec ?? "").split("\n").filter((line) => /^(?:#|Patch)/.test(line));
}

describe("the whole way", () => {
  it("gives patches, spec lines and what changed; a second run changes nothing", async () => {
    const it = await prepare();
    await it.pair.source.commit({ message: "Change a\n\nWhy.\n", files: { "a.txt": "line one\n" } });
    const result = await transform(it);
    expect(result).toMatchObject({
      changed: true,
      packageName: "hello",
      files: [
        { path: "0001-Change-a.patch", change: "added" },
        { path: "hello.spec", change: "modified" },
      ],
      patches: [{ name: "0001-Change-a.patch" }],
      notes: [],
    });
    const spec = (await filesIn(it.repository, result))["hello.spec"];
    expect(patchLines(spec)).toEqual([
      "# Change a",
      "# Author: Ada Dev <ada@example.com>",
      "Patch1:         0001-Change-a.patch",
    ]);
    await accept(it, result);
    expect((await transform(it)).changed).toBe(false);
  });

  it("changes nothing where nothing has an effect", async () => {
    const it = await prepare();
    expect(await transform(it)).toMatchObject({ changed: false, files: [], patches: [] });
  });

  it("needs a number of git processes that does not grow with the patches", async () => {
    const it = await prepare();
    for (let number = 1; number <= 3; number++) await it.pair.source.commit(change(number));
    const few = await countCalls(it);
    for (let number = 4; number <= 25; number++) await it.pair.source.commit(change(number));
    expect(await countCalls(it)).toBe(few);
  });

  async function countCalls(it: { pair: TestPair; repository: Repository }): Promise<number> {
    let calls = 0;
    const counting = new Proxy(it.repository, {
      get(target, key: keyof Repository) {
        const method = target[key].bind(target);
        return (...args: never[]) => {
          calls++;
          return (method as (...all: never[]) => unknown)(...args);
        };
      },
    });
    await transform({ ...it, repository: counting });
    return calls;
  }
});

describe("patches", () => {
  it.each([
    ["full", ["# Subject 100%%", "#", "# Body", "Patch1:         named.patch"]],
    ["subject", ["# Subject 100%%", "Patch1:         named.patch"]],
    ["none", ["Patch1:         named.patch"]],
  ] as const)("comments: %s", async (patchComments, expected) => {
    const it = await prepare();
    await it.pair.source.commit(change(1, { message: "Subject 100%\n\nBody\n\nPatch-name: named.patch\n" }));
    expect(patchLines((await filesIn(it.repository, await transform(it, { patchComments })))["hello.spec"])).toEqual(
      expected,
    );
  });

  it("a file of dist-git with the same changes stays as it is; one with other white space does not", async () => {
    const it = await prepare();
    await it.pair.source.commit(change(1, { message: "One\n\nPatch-name: one.patch\n" }));
    const first = await transform(it);
    await accept(it, first);
    const written = (await filesIn(it.repository, first))["one.patch"] ?? "";
    const old = written
      .replace("Subject: [PATCH] One", "Subject: [PATCH 7/9] One")
      .replace(/^index .*$/m, "index 123..456 100644");
    await it.pair.dist.commit({ branch: "c9s", message: "By packit", files: { "one.patch": `${old}-- \n2.30.0\n\n` } });
    expect((await transform(it)).changed).toBe(false);
    await it.pair.dist.commit({
      branch: "c9s",
      message: "Broken",
      files: { "one.patch": written.replace("\n+1\n", "\n+ 1\n") },
    });
    expect((await filesIn(it.repository, await transform(it)))["one.patch"]).toBe(written);
  });

  it("D23: a change of a later commit of a squashed file is not lost", async () => {
    const it = await prepare();
    const named = { message: "Both\n\nPatch-name: both.patch\n" };
    await it.pair.source.commit(change(1, named));
    await it.pair.source.commit(change(2, named));
    await accept(it, await transform(it));
    await it.pair.source.commit(change(3, named));
    const result = await transform(it);
    expect(result.patches).toMatchObject([{ name: "both.patch", commits: [{}, {}, {}] }]);
    expect((await filesIn(it.repository, result))["both.patch"]).toContain("f3.txt");
  });

  it("D28: keeps bytes that are not UTF-8, in squashed patches and in the spec", async () => {
    const it = await prepare();
    const named = { message: "Both\n\nPatch-name: both.patch\n" };
    const latin = (text: string): TestFile => Buffer.from(text, "latin1");
    const spec = latin(makeSpec().replace("friendly", "fr\xefendly"));
    await it.pair.source.commit(
      change(1, { ...named, files: { "l.txt": latin("caf\xe9\n"), ".distro/hello.spec": spec } }),
    );
    await it.pair.source.commit(change(2, { ...named, files: { "l.txt": latin("CAF\xc9\n") } }));
    const result = await transform(it);
    const blobs = await it.repository.readTree(result.tree);
    const contents = await it.repository.readBlobs(blobs.map(({ id }) => id));
    const bytes = Object.fromEntries(blobs.map(({ path }, index) => [path, contents[index]?.toString("latin1") ?? ""]));
    expect(bytes["both.patch"]).toContain("-caf\xe9\n+CAF\xc9\n");
    expect(bytes["hello.spec"]).toContain("fr\xefendly");
  });

  it.each([
    ["../escape.patch"],
    [".git/config"],
    ["a/b.patch"],
    ["hello.spec"],
    ["sources"],
    ["-x.patch"],
    [".hidden"],
    ["x.patch/"],
    ["extra.conf"],
    ["ends."],
  ])("D7: refuses the name %s", async (name) => {
    const it = await prepare({ distro: { "extra.conf": "x\n" } });
    await it.pair.source.commit(change(1, { message: `Bad\n\nPatch-name: ${name}\n` }));
    await expect(transform(it)).rejects.toMatchObject({
      kind: "user",
      code: "patch-name-invalid",
      message: expect.stringMatching(/^Commit [0-9a-f]{8} \(Bad\): /),
    });
  });

  it.each([["123"], ["yes"], ["my patch.patch"], ["clev:er.patch"], ["1.5"], ["2022-01-01"]])(
    "D7: takes the name %s as it stands",
    async (name) => {
      const it = await prepare();
      await it.pair.source.commit(change(1, { message: `Good\n\nPatch-name: ${name}\n` }));
      expect((await transform(it)).patches).toMatchObject([{ name }]);
    },
  );

  it.each([
    ["0100", 100],
    ["0019", 19],
    ["0", 0],
  ])("D8: Patch-id %s", async (id, number) => {
    const it = await prepare();
    await it.pair.source.commit(change(1, { message: `Good\n\nPatch-name: x.patch\nPatch-id: ${id}\n` }));
    expect((await filesIn(it.repository, await transform(it)))["hello.spec"]).toMatch(
      new RegExp(`^Patch${number}: `, "m"),
    );
  });

  it.each([["0x10"], ["1_000"], ["1:30"], ["7.5"], ["abc"], ['"7"'], ["-5"], ["99999999999"]])(
    "D8: refuses Patch-id %s",
    async (id) => {
      const it = await prepare();
      await it.pair.source.commit(change(1, { message: `Bad\n\nPatch-name: x.patch\nPatch-id: ${id}\n` }));
      await expect(transform(it)).rejects.toMatchObject({
        kind: "user",
        code: "trailer-invalid",
        message: expect.stringContaining("Patch-id"),
      });
    },
  );
});

describe("the spec of dist-git", () => {
  async function synced(messages: readonly string[]) {
    const it = await prepare();
    for (const [index, message] of messages.entries()) await it.pair.source.commit(change(index, { message }));
    await accept(it, await transform(it));
    return it;
  }
  const named = (name: string, more = "") => `${name}\n\nPatch-name: ${name}.patch\n${more}`;
  async function linesOf(it: { pair: TestPair; repository: Repository }): Promise<string[]> {
    return patchLines((await filesIn(it.repository, await transform(it)))["hello.spec"]);
  }

  it("D29: keeps place, number, spacing and comments; new lines come behind their predecessor", async () => {
    const it = await synced([named("a"), named("b")]);
    const spec = (await it.pair.dist.files("c9s"))["hello.spec"] ?? "";
    const edited = spec
      .replace("# a\nPatch1:         a.patch\n", "\n# by hand\nPatch0001: a.patch\n\n")
      .replace("Patch2:         b", "Patch0007: b");
    await it.pair.dist.commit({ branch: "c9s", message: "By hand", files: { "hello.spec": edited } });
    expect((await transform(it)).changed).toBe(false);
    await it.pair.source.commit(
      change(9, {
        message: named("c"),
        files: { "c.txt": "c\n", ".distro/hello.spec": makeSpec({ release: "2%{?dist}" }) },
      }),
    );
    const after = (await filesIn(it.repository, await transform(it)))["hello.spec"];
    expect(after).toBe(
      edited
        .replace("Release:        1", "Release:        2")
        .replace("Patch0007: b.patch\n", "Patch0007: b.patch\n# c\nPatch0008: c.patch\n"),
    );
  });

  it("D29: a vanished patch goes with its comment", async () => {
    const it = await synced([named("a"), named("b"), named("c")]);
    const commits = (await it.pair.source.git(["rev-list", "--reverse", "1.0..main"])).trim().split("\n");
    const packaging = commits[0] ?? "";
    await it.pair.source.git(["update-ref", "refs/heads/main", packaging]);
    for (const [index, name] of ["a", "c"].entries())
      await it.pair.source.commit(change(index, { message: named(name) }));
    expect(await linesOf(it)).toEqual(["# a", "Patch1:         a.patch", "# c", "Patch3:         c.patch"]);
  });

  it("D29: another order of the commits numbers anew from there on", async () => {
    const it = await synced([named("a"), named("b"), named("c")]);
    const packaging = (await it.pair.source.git(["rev-list", "--reverse", "1.0..main"])).split("\n")[0] ?? "";
    await it.pair.source.git(["update-ref", "refs/heads/main", packaging]);
    for (const [index, name] of ["a", "c", "b"].entries())
      await it.pair.source.commit(change(index, { message: named(name) }));
    const lines = await linesOf(it);
    expect(lines.filter((line) => line.startsWith("Patch"))).toEqual([
      "Patch1:         a.patch",
      "Patch3:         c.patch",
      "Patch4:         b.patch",
    ]);
  });

  it("D29: an explicit number or status that differs wins", async () => {
    const it = await synced([named("a"), named("b")]);
    const packaging = (await it.pair.source.git(["rev-list", "--reverse", "1.0..main"])).split("\n")[0] ?? "";
    await it.pair.source.git(["update-ref", "refs/heads/main", packaging]);
    await it.pair.source.commit(change(0, { message: named("a", "Patch-status: new text\n") }));
    await it.pair.source.commit(change(1, { message: named("b", "Patch-id: 40\n") }));
    expect(await linesOf(it)).toEqual(["# new text", "Patch1:         a.patch", "# b", "Patch40:        b.patch"]);
  });

  it("D24: sync_changelog false keeps dist-git's changelog, and a second run changes nothing", async () => {
    const config = makeConfig({ syncChangelog: false });
    const distSpec = makeSpec({ changelog: "* Mon Feb 28 2022 Bob <b@example.com> - 1.0-1\n- dist only" });
    const it = await prepare({ config, distSpec });
    expect((await transform(it, { message: "Nothing" })).changed).toBe(false);
    await it.pair.source.commit(change(1));
    const result = await transform(it, { message: "Rebase to %global\n\nResolves: rhbz#1\n" });
    const spec = (await filesIn(it.repository, result))["hello.spec"];
    expect(spec?.split("%changelog\n")[1]).toBe(
      "* Tue Mar 01 2022 Ada Dev <ada@example.com> - 1.0-1\n- Rebase to %%global\n- Resolves: rhbz#1\n\n* Mon Feb 28 2022 Bob <b@example.com> - 1.0-1\n- dist only\n",
    );
    await accept(it, result);
    expect((await transform(it, { message: "Again" })).changed).toBe(false);
  });
});

describe("archives that the spec names anew", () => {
  const bumped = { message: "Rebase", files: { ".distro/hello.spec": makeSpec({ version: "2.0" }) } };
  const given = async (...commits: readonly TestCommit[]) => {
    const it = await prepare();
    for (const commit of commits) await it.pair.source.commit(commit);
    return (await transform(it)).missingArchives;
  };

  it("are missing where `sources` does not list them", async () => {
    expect(await given(bumped)).toEqual(["hello-2.0.tar.gz"]);
  });

  it("are not, when the same change lists or brings them", async () => {
    const listed = "SHA512 (hello-2.0.tar.gz) = 1\nSHA512 (x.tar.gz) = 0\n";
    expect(await given(bumped, { message: "Upload", files: { ".distro/sources": listed } })).toEqual([]);
    expect(await given(bumped, { message: "Add", files: { ".distro/hello-2.0.tar.gz": "x" } })).toEqual([]);
  });

  it("are none of this change's business when dist-git's spec names them already", async () => {
    expect(await given(change(1))).toEqual([]);
  });
});

describe("the CI file", () => {
  const ci = { ".gitlab-ci.yml": "source\n" };
  it("D31: never changes in dist-git when it must not be copied", async () => {
    const more = "- src: .distro/ci\n  dest: .gitlab\n- src: .distro/.gitlab-ci.yml\n  dest: .gitlab-ci.yml\n";
    const it = await prepare({
      distro: { ...ci, ci: "x\n" },
      dist: { ".gitlab-ci.yml": "dist\n" },
      config: makeConfig({ more }),
    });
    expect((await transform(it)).files).toEqual([{ path: "ci", change: "added" }]);
  });

  it("D31: is not created in dist-git either", async () => {
    const it = await prepare({ distro: { ...ci, ".gitlab/x.yml": "x\n" } });
    expect((await transform(it)).changed).toBe(false);
  });

  it("is copied in staging, whatever the filters say", async () => {
    const config = makeConfig().replace("- exclude .gitignore", "- exclude .gitignore\n  - exclude .gitlab-ci.yml");
    const it = await prepare({ distro: ci, config });
    expect((await filesIn(it.repository, await transform(it, { copyCiFile: true })))[".gitlab-ci.yml"]).toBe(
      "source\n",
    );
  });
});

describe("what the user has to mend", () => {
  it("D17: no source-git.yaml", async () => {
    const it = await prepare();
    await it.pair.source.commit({ message: "Drop", files: { ".distro/source-git.yaml": null } });
    await expect(transform(it)).rejects.toMatchObject({ kind: "user", code: "config-missing" });
  });

  it("D16: actions are refused by name, and can be ignored", async () => {
    const it = await prepare({ config: makeConfig({ more: "actions:\n  create-patches: touch /tmp/x\n" }) });
    await expect(transform(it)).rejects.toMatchObject({
      code: "actions-refused",
      message: expect.stringContaining("create-patches"),
    });
    expect((await transform(it, { ignoreActions: true })).changed).toBe(false);
  });

  it("an upstream_ref that does not exist", async () => {
    const it = await prepare({ config: makeConfig({ upstreamRef: "9.9" }) });
    await expect(transform(it)).rejects.toMatchObject({
      code: "upstream-ref-missing",
      message: expect.stringContaining("9.9"),
    });
  });

  it("D25: an upstream_ref may be a glob", async () => {
    const it = await prepare({ config: makeConfig({ upstreamRef: "1.*" }) });
    await it.pair.source.commit(change(1));
    expect((await transform(it)).patches).toHaveLength(1);
  });

  it.each([["../x"], ["/etc"], ["a/../../x"]])("a path outside: %s", async (src) => {
    const it = await prepare({ config: makeConfig({ more: `- src: ${src}\n  dest: x\n` }) });
    await expect(transform(it)).rejects.toMatchObject({ kind: "user", code: "path-illegal" });
  });

  it("too much", async () => {
    const it = await prepare();
    for (let number = 1; number <= 3; number++) await it.pair.source.commit(change(number));
    const limits = { maxCommits: 3, maxPatchBytes: 1e6, maxReadBytes: 1e6, maxFiles: 1000, maxFileBytes: 1e6 };
    await expect(transform(it, { limits })).rejects.toMatchObject({ code: "range-too-large" });
    await expect(transform(it, { limits: { ...limits, maxCommits: 9, maxPatchBytes: 500 } })).rejects.toMatchObject({
      code: "output-too-large",
    });
    await expect(transform(it, { limits: { ...limits, maxFiles: 2 } })).rejects.toMatchObject({
      code: "too-many-files",
    });
  });
});

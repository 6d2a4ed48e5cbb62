// init on real repositories: what it writes, what it refuses, and that an update of dist-git then changes nothing.
import { mkdirSync } from "node:fs";
import { join } from "node:path";
import { beforeEach, describe, expect, it } from "@jest/globals";
import { type InitResult, initSourceGit } from "../../../src/engine/init/init-source-git.ts";
import { type DistGitTree, makeDistGitTree } from "../../../src/engine/make-dist-git-tree.ts";
import type { Repository, Signature } from "../../../src/git/repository.ts";
import type { Sha } from "../../../src/model/ids.ts";
import { joinRepositories } from "../../support/git/joined-repository.ts";
import { makeSpec } from "../../support/git/test-pair.ts";
import {
  createTestRepository,
  type TestFile,
  type TestRepository,
  temporaryDirectory,
} from "../../support/git/test-repository.ts";

const root = temporaryDirectory();
const USER: Signature = { name: "Ursel User", email: "ursel@example.com", date: "1700000000 +0100" };
const UPSTREAM = { "a.txt": "1\n2\n3\n4\n5\n6\n7\n8\n9\n", "sub/b.txt": "bee\n" };

const MAIL = `From 1234567890123456789012345678901234567890 Mon Sep 17 00:00:00 2001
From: =?UTF-8?q?J=C3=BCrgen?= Patcher <pat@example.com>
Date: Tue, 1 Feb 2022 08:00:00 +0200
Subject: [PATCH 1/2] =?UTF-8?q?Wei=C3=9Fbier=20?=
 =?UTF-8?q?forever?=

Body of the patch.

Signed-off-by: Pat Patcher <pat@example.com>
---
 a.txt | 2 +-

diff --git a/a.txt b/a.txt
--- a/a.txt
+++ b/a.txt
@@ -1,5 +1,5 @@
 1
-2
+two
 3
 4
 5
-- 
2.39.5

`;
const SECOND_MAIL = `From 2234567890123456789012345678901234567890 Mon Sep 17 00:00:00 2001
From: Other <other@example.com>
Date: Wed, 2 Feb 2022 08:00:00 +0000
Subject: [PATCH 2/2] Second

---
diff --git a/sub/b.txt b/sub/b.txt
--- a/sub/b.txt
+++ b/sub/b.txt
@@ -1 +1 @@
-bee
+wasp
-- 
2.39.5

`;
const PLAIN = "--- a/a.txt.orig\t2020-01-01\n+++ b/a.txt\t2020-01-02\n@@ -6,4 +6,4 @@ 5\n 6\n 7\n 8\n-9\n+nine\n";

let directory = "";
let count = 0;
let source: TestRepository;
let dist: TestRepository;

beforeEach(async () => {
  directory = join(root, String(count++));
  mkdirSync(directory);
  source = await createTestRepository(join(directory, "source.git"));
  await source.commit({ message: "Release 1.0", files: UPSTREAM });
  await source.tag("1.0");
  dist = await createTestRepository(join(directory, "dist.git"));
});

interface Run extends InitResult {
  readonly repository: Repository;
  readonly distHead: Sha;
}

async function init(files: Readonly<Record<string, TestFile>>): Promise<Run> {
  await dist.commit({ branch: "c9s", message: "Import", files });
  const distHead = await dist.head("c9s");
  const repository = await joinRepositories({ packageName: "hello", source, dist }, directory);
  const result = await initSourceGit(repository, {
    upstream: await source.head(),
    upstreamRef: "1.0",
    upstreamUrl: "https://example.com/hello.git",
    distHead,
    packageName: "hello",
    pkgTool: "fedpkg",
    identity: { author: USER, committer: USER },
  });
  return { ...result, repository, distHead };
}

async function updateBack({ repository, head, distHead }: Run): Promise<DistGitTree> {
  const input = { sourceHead: head, distHead, copyCiFile: true, patchComments: "full" } as const;
  return await makeDistGitTree(repository, input);
}

async function textOf({ repository }: Run, commit: Sha, path: string): Promise<string | undefined> {
  const file = (await repository.readTree(commit)).find((entry) => entry.path === path);
  return file && (await repository.readBlobs([file.id]))[0]?.toString("utf8");
}

describe("what init writes", () => {
  it("1.7: the configuration to the byte, with the archives of the sources file", async () => {
    const run = await init({ "hello.spec": makeSpec(), sources: `SHA512 (hello-1.0.tar.gz) = ${"0a".repeat(64)}\n` });
    expect(
      await textOf(run, run.head, ".distro/source-git.yaml"),
    ).toBe(`upstream_project_url: https://example.com/hello.git
upstream_ref: '1.0'
downstream_package_name: hello
specfile_path: .distro/hello.spec
patch_generation_ignore_paths:
- .distro
patch_generation_patch_id_digits: 1
sync_changelog: true
files_to_sync:
- src: .distro/
  dest: .
  delete: true
  filters:
  - protect .git*
  - protect sources
  - exclude source-git.yaml
  - exclude .gitignore
sources:
- path: hello-1.0.tar.gz
  url: https://src.fedoraproject.org/repo/pkgs/rpms/hello/hello-1.0.tar.gz/sha512/${"0a".repeat(64)}/hello-1.0.tar.gz
`);
  });

  it("7: dist-git's files without patches, sources and git's own; the spec without Patch lines", async () => {
    const run = await init({
      "hello.spec": makeSpec({ patches: ["# Why", "Patch1:         one.patch", "", "Patch2:         two.diff"] }),
      "one.patch": MAIL,
      "two.diff": SECOND_MAIL,
      sources: "",
      ".gitignore": "/x\n",
      ".gitlab-ci.yml": "x\n",
      "t/old.patch": "x\n",
      "t/plan.fmf": "x\n",
      ".fmf/version": "1\n",
      "run.sh": { mode: "100755", content: "#!/bin/sh\n" },
    });
    const [packaging] = run.commits;
    const files = packaging ? await run.repository.readTree(packaging.sha) : [];
    expect(files.filter(({ path }) => path.startsWith(".distro")).map(({ mode, path }) => `${mode} ${path}`)).toEqual([
      "100644 .distro/.fmf/version",
      "100644 .distro/.gitignore",
      "100644 .distro/hello.spec",
      "100755 .distro/run.sh",
      "100644 .distro/source-git.yaml",
      "100644 .distro/t/plan.fmf",
    ]);
    expect(await textOf(run, run.head, ".distro/hello.spec")).toBe(makeSpec());
    expect(await textOf(run, run.head, ".distro/.gitignore")).toBe("# Reset gitignore rules\n!*\n");
    expect(run.notes).toEqual([expect.stringContaining("'t/old.patch'")]);
    const [first] = await run.repository.readCommits(packaging ? [packaging.sha] : []);
    expect(first?.message).toBe(`Initialize as a source-git repository\n\nFrom-dist-git-commit: ${run.distHead}\n`);
  });

  it("7.10: a mail keeps author, date and message; several mails in a file share name, number and comment", async () => {
    const run = await init({
      "hello.spec": makeSpec({ patches: ["# Say", "#hello 50%", "Patch0007:      both.patch"] }),
      "both.patch": MAIL + SECOND_MAIL,
    });
    const [, one, two] = await run.repository.readCommits(run.commits.map(({ sha }) => sha));
    const trailers = `Patch-name: both.patch\nPatch-id: 7\nPatch-status: |\n    # Say\n    #hello 50%\nFrom-dist-git-commit: ${run.distHead}\n`;
    expect(one?.message).toBe(
      `Weißbier forever\n\nBody of the patch.\n\nSigned-off-by: Pat Patcher <pat@example.com>\n${trailers}`,
    );
    expect(one?.author).toEqual({ name: "Jürgen Patcher", email: "pat@example.com", date: "1643695200 +0200" });
    expect(one?.committer).toEqual(USER);
    expect(two?.message).toBe(`Second\n\n${trailers}`);
    expect(await textOf(run, run.head, ".distro/source-git.yaml")).toContain("patch_id_digits: 4\n");
  });

  it("7.10: a plain diff has whoever brought its file into dist-git as its author", async () => {
    await dist.commit({
      branch: "c9s",
      author: { name: "Rel Eng", email: "releng@example.com" },
      message: "Patch",
      files: { "plain.patch": PLAIN },
    });
    const run = await init({ "hello.spec": makeSpec({ patches: ["Patch: plain.patch"] }) });
    const [, commit] = await run.repository.readCommits(run.commits.map(({ sha }) => sha));
    expect(commit?.message).toBe(
      `Apply patch plain.patch\n\nPatch-name: plain.patch\nPatch-id: 0\nPatch-status: ""\nFrom-dist-git-commit: ${run.distHead}\n`,
    );
    expect(commit?.author).toMatchObject({ name: "Rel Eng", email: "releng@example.com" });
    expect(await textOf(run, run.head, "a.txt")).toBe("1\n2\n3\n4\n5\n6\n7\n8\nnine\n");
  });

  it("what an older conversion wrote into the mail gives way", async () => {
    const old = MAIL.replace(
      "Signed-off-by",
      "Patch-name: from-another-git.patch\nIgnore-patch: true\nPatch-id: 12\nSigned-off-by",
    );
    const run = await init({ "hello.spec": makeSpec({ patches: ["Patch1: one.patch"] }), "one.patch": old });
    const [commit] = await run.repository.readCommits([run.head]);
    expect(commit?.message).toBe(
      `Weißbier forever\n\nBody of the patch.\n\nSigned-off-by: Pat Patcher <pat@example.com>\nPatch-name: one.patch\nPatch-id: 1\nPatch-status: ""\nFrom-dist-git-commit: ${run.distHead}\n`,
    );
  });
});

const NO_PREFIX = MAIL.replaceAll(" a/a.txt", " a.txt").replaceAll(" b/a.txt", " a.txt");

describe("D4, D27: init, then update-dist-git changes nothing", () => {
  it.each<[string, string, Record<string, TestFile>]>([
    ["no patches", makeSpec(), {}],
    ["comments", makeSpec({ patches: ["# Say", "# hello", "Patch1:         one.patch"] }), { "one.patch": MAIL }],
    [
      "odd comments",
      makeSpec({ patches: ["#no blank", "#", "# 50% %{of} %%it  ", "## double", "Patch1: one.patch"] }),
      { "one.patch": MAIL },
    ],
    ["no comment", makeSpec({ patches: ["Patch0001:turn.patch"] }), { "turn.patch": MAIL }],
    [
      "blank lines between, gaps, mixed widths",
      makeSpec({ patches: ["", "Patch1:   one.patch", "", "# Second", "", "Patch30: two.patch", ""] }),
      { "one.patch": MAIL, "two.patch": SECOND_MAIL },
    ],
    [
      "D23: a bare diff with less context, beside one that changes something else",
      makeSpec({ patches: ["Patch1: plain.patch", "Patch2: two.patch"] }),
      { "plain.patch": PLAIN, "two.patch": SECOND_MAIL },
    ],
    ["no -p", makeSpec({ patches: ["Patch1: one.patch"] }).replace(" -p1", ""), { "one.patch": MAIL }],
    [
      "a patch as a source, too",
      makeSpec({ patches: ["Source1: other.conf", "Patch1: one.patch"] }),
      { "one.patch": MAIL, "other.conf": "x\n" },
    ],
    ["CRLF patch", makeSpec({ patches: ["Patch1: one.patch"] }), { "one.patch": MAIL.replaceAll("\n", "\r\n") }],
    ["several mails in a file", makeSpec({ patches: ["Patch1: b.patch"] }), { "b.patch": MAIL + SECOND_MAIL }],
    [
      "without numbers",
      makeSpec({ patches: ["Patch: one.patch", "Patch: two.patch"] }),
      { "one.patch": MAIL, "two.patch": SECOND_MAIL },
    ],
    ["a macro in a name", makeSpec({ patches: ["Patch1: %{name}-%{version}.patch"] }), { "hello-1.0.patch": MAIL }],
    ["an address", makeSpec({ patches: ["Patch1: https://example.com/x/one.patch"] }), { "one.patch": MAIL }],
    [
      "%patchlist",
      makeSpec().replace("%description", "%patchlist\n# Say\none.patch\n\ntwo.patch\n\n%description"),
      { "one.patch": MAIL, "two.patch": SECOND_MAIL },
    ],
    [
      "a conditional",
      makeSpec({ patches: ["%if 0%{?rhel}", "Patch1: one.patch", "%endif", "Patch2: two.patch"] }),
      { "one.patch": MAIL, "two.patch": SECOND_MAIL },
    ],
    ["-p0", makeSpec({ patches: ["Patch1: one.patch"] }).replace("-p1", "-p0"), { "one.patch": NO_PREFIX }],
    ["CRLF", makeSpec({ patches: ["# Say", "Patch1: one.patch"] }).replaceAll("\n", "\r\n"), { "one.patch": MAIL }],
    ["a name that is no .patch", makeSpec({ patches: ["Patch1: fix.diff"] }), { "fix.diff": MAIL }],
    [
      "files of all kinds",
      makeSpec(),
      {
        bin: Buffer.from([0, 255]),
        link: { mode: "120000", content: "bin" },
        "d/ü.sh": { mode: "100755", content: "" },
      },
    ],
  ])("%s", async (_name, spec, files) => {
    const run = await init({ "hello.spec": spec, sources: "", ".gitignore": "/x\n", ...files });
    expect((await updateBack(run)).files).toEqual([]);
  });
});

describe("what init refuses", () => {
  it.each<[string, Record<string, TestFile>, string]>([
    ["no spec", { "other.spec": makeSpec() }, "spec-missing"],
    ["no %autosetup", { "hello.spec": makeSpec().replace("%autosetup -p1", "%setup -q") }, "autosetup-missing"],
    ["a patch without a file", { "hello.spec": makeSpec({ patches: ["Patch1: no.patch"] }) }, "patch-missing"],
    ["an unknown macro", { "hello.spec": makeSpec({ patches: ["Patch1: %{no}.patch"] }) }, "patch-missing"],
    [
      "a patch that does not apply",
      { "hello.spec": makeSpec({ patches: ["Patch1: one.patch", "Patch2: one.patch"] }), "one.patch": MAIL },
      "patch-does-not-apply",
    ],
    [
      "a patch that leaves the tree",
      {
        "hello.spec": makeSpec({ patches: ["Patch1: one.patch"] }),
        "one.patch": "--- /dev/null\n+++ b/../evil\n@@ -0,0 +1 @@\n+x\n",
      },
      "patch-does-not-apply",
    ],
    [
      "a name that update-dist-git could not write",
      { "hello.spec": makeSpec({ patches: ["Patch1: .hidden.patch"] }), ".hidden.patch": MAIL },
      "patch-name-invalid",
    ],
  ])("%s", async (_name, files, code) => {
    await expect(init(files)).rejects.toMatchObject({ kind: "user", code });
  });

  it("an upstream commit with a .distro", async () => {
    await source.commit({ message: "x", files: { ".distro/x": "x" } });
    await expect(init({ "hello.spec": makeSpec() })).rejects.toMatchObject({ code: "distro-exists" });
  });

  it("D27: patches are applied in numeric order, and another order of the lines is reported", async () => {
    const patches = ["Patch5: two.patch", "Patch1: one.patch"];
    const run = await init({ "hello.spec": makeSpec({ patches }), "one.patch": MAIL, "two.patch": SECOND_MAIL });
    expect(run.commits.map(({ patch }) => patch)).toEqual([undefined, "one.patch", "two.patch"]);
    expect(run.notes).toEqual([expect.stringContaining("do not ascend line by line")]);
  });

  it("D27: patches in a conditional are reported", async () => {
    const patches = ["%if 0%{?rhel}", "Patch1: one.patch", "%endif"];
    const { notes } = await init({ "hello.spec": makeSpec({ patches }), "one.patch": MAIL });
    expect(notes).toEqual([expect.stringContaining("Patch1 (one.patch) stands in a conditional")]);
  });
});

import { mkdirSync, readdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { beforeAll, describe, expect, it } from "@jest/globals";
import { openBareRepository } from "../../../src/git/bare-repository.ts";
import { pathFromBytes, pathFromText } from "../../../src/git/byte-path.ts";
import type { PatchRange, Repository } from "../../../src/git/repository.ts";
import { parseSha, type Sha } from "../../../src/model/ids.ts";
import {
  createTestRepository,
  gitBytes,
  type TestRepository,
  temporaryDirectory,
} from "../../support/git/test-repository.ts";

const root = temporaryDirectory();
const environment = { PATH: process.env.PATH ?? "" };
let repository: Repository;
let remote: TestRepository;
const url = join(root, "remote.git");

beforeAll(async () => {
  remote = await createTestRepository(url);
  await remote.commit({ message: "Base", files: { "a.txt": "one\n", "b/c.txt": "two\n" } });
  await remote.tag("1.0");
  repository = await openBareRepository({
    directory: join(root, "cache", "x.git"),
    environment,
    allowFileRemotes: true,
  });
  await repository.fetch({ url }, ["+refs/heads/main:refs/source/main", "+refs/tags/*:refs/tags/*"]);
});

async function sha(revision: string): Promise<Sha> {
  const found = await repository.resolveCommit(revision);
  if (!found) throw new Error(`no ${revision}`);
  return found;
}

/** The same repository, whose commands are named in a list. */
function openCounted(commands: string[]): Promise<Repository> {
  const onCommand = (command: string) => void commands.push(command);
  return openBareRepository({ directory: join(root, "cache", "x.git"), environment, onCommand });
}

function range(from: Sha, to: Sha, more: Partial<PatchRange> = {}): PatchRange {
  return { from, to, exclude: [], prefixes: true, maxBytes: 1_000_000, ...more };
}

describe("a new repository", () => {
  it("is made once and whole, however many ask for it at once", async () => {
    const directory = join(root, "cache", "at-once.git");
    const open = async () => {
      const opened = await openBareRepository({ directory, environment, allowFileRemotes: true });
      await opened.writeBlobs([Buffer.from("whole")]);
      return opened;
    };
    const [first] = await Promise.all([open(), open(), open(), open()]);
    await first?.fetch({ url }, ["+refs/heads/main:refs/source/main"]);
    expect(await first?.resolveCommit("refs/source/main")).toBe(await remote.head());
    expect(readdirSync(join(root, "cache")).filter((name) => name.includes(".new-"))).toEqual([]);
  });

  it("is made of what a killed git left", async () => {
    const directory = join(root, "cache", "left.git");
    mkdirSync(join(directory, "objects"), { recursive: true });
    const opened = await openBareRepository({ directory, environment });
    expect(await opened.writeBlobs([Buffer.from("whole")])).toHaveLength(1);
  });
});

describe("objects", () => {
  it("resolves revisions and finds nothing for what does not exist or is no revision", async () => {
    const head = await remote.head();
    expect(await sha("1.0")).toBe(head);
    expect(await sha(head.slice(0, 10))).toBe(head);
    for (const text of ["2.0", "--all", ":/Base", "1.0..1.0", "a\nb", "HEAD", "", "1.0^{/Base}"]) {
      expect(await repository.resolveCommit(text)).toBeUndefined();
    }
  });

  it("resolves several revisions in one process, in their order", async () => {
    const commands: string[] = [];
    const counted = await openCounted(commands);
    const head = await remote.head();
    const asked = ["1.0", "no such", "refs/source/main", "2.0", "1.0"];
    expect(await counted.resolveCommits(asked)).toEqual([head, undefined, head, undefined, head]);
    expect(commands).toEqual(["cat-file"]);
    expect(await counted.resolveCommits(["--all"])).toEqual([undefined]);
    expect(commands).toHaveLength(1);
  });

  it("asks once for what depends on commits alone", async () => {
    const commands: string[] = [];
    const counted = await openCounted(commands);
    const head = await sha("1.0");
    const listed = await Promise.all([counted.listRange(undefined, head), counted.listRange(undefined, head)]);
    expect(listed[0]).toEqual([{ sha: head, parents: [] }]);
    expect(listed[1]).toEqual(listed[0]);
    expect(await counted.listRange(head, head)).toEqual([]);
    expect(commands).toEqual(["rev-list"]);
    // A failure is not remembered.
    const later = parseSha("1".repeat(40)) ?? head;
    await expect(counted.listRange(undefined, later)).rejects.toMatchObject({ code: "cache-damaged" });
    await expect(counted.listRange(undefined, later)).rejects.toMatchObject({ code: "cache-damaged" });
    expect(commands).toHaveLength(3);
  });

  it("reads trees, blobs and commits", async () => {
    const [commit] = await repository.readCommits([await sha("1.0")]);
    expect(commit).toMatchObject({
      message: "Base",
      parents: [],
      author: { name: "Ada Dev", date: "1646128860 +0000" },
    });
    const files = await repository.readTree(await sha("1.0"));
    expect(files.map(({ path }) => path)).toEqual(["a.txt", "b/c.txt"]);
    const blobs = await repository.readBlobs(files.map(({ id }) => id));
    expect(blobs.map(String)).toEqual(["one\n", "two\n"]);
    await expect(
      repository.readBlobs(
        files.map(({ id }) => id),
        { maxBytes: 7 },
      ),
    ).rejects.toMatchObject({
      kind: "user",
      code: "output-too-large",
    });
  });

  it("writes blobs and trees as git does, whatever bytes the names hold", async () => {
    const contents = [
      Buffer.from("x\r\n\0\xff", "latin1"),
      Buffer.alloc(0),
      Buffer.alloc(300_000, "y"),
      Buffer.alloc(0),
    ];
    const ids = await repository.writeBlobs(contents);
    expect(await repository.readBlobs(ids)).toEqual(contents);
    const [first, second] = ids;
    if (!first || !second) throw new Error("no ids");
    const odd = pathFromBytes(Buffer.from("sub/\xff\n", "latin1"));
    const tree = await repository.writeTree([
      { mode: "100644", id: first, path: pathFromText("sub.txt") },
      { mode: "100755", id: second, path: pathFromText("sub/é") },
      { mode: "120000", id: second, path: odd },
      { mode: "100644", id: first, path: pathFromText("sub-x") },
    ]);
    const listing = (await gitBytes(["ls-tree", "-r", "-z", tree], join(root, "cache", "x.git"))).toString("latin1");
    expect(listing.split("\0").map((line) => line.split("\t")[1])).toEqual([
      "sub-x",
      "sub.txt",
      "sub/Ã©",
      "sub/\xff\n",
      undefined,
    ]);
    await gitBytes(["fsck", "--strict", tree], join(root, "cache", "x.git"));
  });

  it.each([".git/config", "x/.GIT/y", "..", "a/../b", "/a", "a//b", "git~1/x", ".git /x"])(
    "refuses the path %s",
    async (path) => {
      const [id] = await repository.writeBlobs([Buffer.from("x")]);
      if (!id) throw new Error("no id");
      await expect(repository.writeTree([{ mode: "100644", id, path: pathFromText(path) }])).rejects.toMatchObject({
        kind: "user",
        code: "path-refused",
      });
    },
  );

  it("refuses a tree whose blob does not exist", async () => {
    const id = parseSha("1".repeat(40));
    if (!id) throw new Error("no id");
    await expect(repository.writeTree([{ mode: "100644", id, path: pathFromText("a") }])).rejects.toThrow(
      "unpack-objects",
    );
  });

  it("writes commits that git accepts, and the same id for the same input", async () => {
    const base = await sha("1.0");
    const [read] = await repository.readCommits([base]);
    if (!read) throw new Error("no commit");
    const person = { name: "Weiß <x>\n", email: "a b@c>", date: "1700000000 -0130" };
    const commit = { tree: read.tree, parents: [base], author: person, committer: person, message: "T\n\nB\n" };
    const id = await repository.writeCommit(commit);
    expect(await repository.writeCommit(commit)).toBe(id);
    expect((await repository.readCommits([id]))[0]).toEqual({
      ...commit,
      sha: id,
      author: { name: "Weiß x", email: "a b@c", date: person.date },
      committer: { name: "Weiß x", email: "a b@c", date: person.date },
    });
  });

  it("reads commits in another charset, and with broken identities", async () => {
    const directory = join(root, "cache", "x.git");
    const base = await sha("1.0");
    const tree = (await repository.readCommits([base]))[0]?.tree;
    const raw = `tree ${tree}\nauthor M\xfcller <> 5 +0000\ncommitter no mail 7 +0000\nencoding ISO-8859-1\n\nGr\xfc\xdfe\n`;
    const id = (
      await gitBytes(
        ["hash-object", "-t", "commit", "-w", "--stdin", "--literally"],
        directory,
        Buffer.from(raw, "latin1"),
      )
    )
      .toString()
      .trim();
    const found = parseSha(id);
    if (!found) throw new Error("no id");
    expect((await repository.readCommits([found]))[0]).toMatchObject({
      author: { name: "Müller", email: "", date: "5 +0000" },
      message: "Grüße\n",
    });
  });
});

describe("history", () => {
  it("lists ranges, tells ancestors and describes by pattern", async () => {
    const base = await remote.head();
    const one = await remote.commit({ message: "One", branch: "hist", parents: [base], files: { x: "1" } });
    const two = await remote.commit({ message: "Two", branch: "hist", files: { x: "2" } });
    await repository.fetch({ url }, ["+refs/heads/hist:refs/source/hist"]);
    expect(await repository.listRange(base, two)).toEqual([
      { sha: one, parents: [base] },
      { sha: two, parents: [one] },
    ]);
    expect(await repository.isAncestor(base, two)).toBe(true);
    expect(await repository.isAncestor(two, two)).toBe(true);
    expect(await repository.isAncestor(two, base)).toBe(false);
    expect(await repository.describeTag(two, "1.*")).toBe("1.0");
    expect(await repository.describeTag(two, "9*")).toBeUndefined();
  });

  it("D1: makes the mails that git format-patch writes to files, whatever stands in the messages", async () => {
    const base = await remote.head();
    const trap = `From ${"1".repeat(40)} Mon Sep 17 00:00:00 2001\nFrom: x\n-- \n2.39\n\n`;
    await remote.commit({
      message: `Weißbier ${"long ".repeat(20)}\n\n${trap}`,
      branch: "fp",
      parents: [base],
      files: { "a.txt": "ONE\n" },
    });
    await remote.commit({ message: "Empty", branch: "fp" });
    await remote.commit({ message: "Packaging", branch: "fp", files: { ".distro/x": "x" } });
    const to = await remote.commit({
      message: "",
      branch: "fp",
      files: { "bin.dat": Buffer.from([0, 1, 2, 255]), ".distro/x": "y", "b/c.txt": null },
    });
    await repository.fetch({ url }, ["+refs/heads/fp:refs/source/fp"]);
    const mails = await repository.formatPatches(range(base, to, { exclude: [".distro"] }));
    const out = join(root, "fp-out");
    mkdirSync(out);
    const args = [
      "-c",
      "core.abbrev=12",
      "format-patch",
      "-q",
      "-N",
      "--no-signature",
      "-o",
      out,
      `${base}..${to}`,
      "--",
      ".",
      ":(exclude).distro",
    ];
    await remote.git(args);
    const { readFileSync, readdirSync } = await import("node:fs");
    const expected = readdirSync(out)
      .sort()
      .map((name) => readFileSync(join(out, name), "latin1"));
    expect(mails.map(({ content }) => content.toString("latin1"))).toEqual(expected);
    expect(mails[1]?.commit).toBe(to);
  });

  it("D3: makes patches without prefixes", async () => {
    const to = await remote.head("fp");
    const [mail] = await repository.formatPatches(range(await sha("1.0"), to, { prefixes: false }));
    expect(String(mail?.content)).toContain("diff --git a.txt a.txt\n");
  });

  it("obeys the attributes given", async () => {
    const base = await remote.head();
    const text = "\\section{One}\ntext\n1\n2\n3\n4\n  d;\n  e;\n";
    await remote.commit({
      message: "Code",
      branch: "attr",
      parents: [base],
      files: { "x.foo": text, "y.txt": "1\n", ".gitattributes": "*.foo diff=cpp\ny.txt binary\n" },
    });
    const from = await remote.head("attr");
    const to = await remote.commit({
      message: "Change",
      branch: "attr",
      files: { "x.foo": text.replace("  d;", "  D;"), "y.txt": "2\n" },
    });
    await repository.fetch({ url }, ["+refs/heads/attr:refs/source/attr"]);
    const attributes = Buffer.from("*.foo diff=tex\ny.txt binary\n");
    const [mail] = await repository.formatPatches(range(from, to, { attributes }));
    expect(String(mail?.content)).toMatch(/@@ \\section\{One\}\n/);
    expect(String(mail?.content)).toContain("GIT binary patch");
    const [bare] = await repository.formatPatches(range(from, to));
    expect(String(bare?.content)).toMatch(/@@ text\n/);
  });

  it.each(["/x", "../x"])("a path outside is the user's error: %s", async (path) => {
    await expect(
      repository.formatPatches(range(await sha("1.0"), await remote.head("fp"), { exclude: [path] })),
    ).rejects.toMatchObject({
      kind: "user",
      code: "path-outside",
    });
  });

  it("ends at the size limit", async () => {
    await expect(
      repository.formatPatches(range(await sha("1.0"), await remote.head("fp"), { maxBytes: 100 })),
    ).rejects.toMatchObject({
      code: "output-too-large",
    });
  });
});

describe("remotes", () => {
  it("lists refs", async () => {
    expect(await repository.listRemote({ url }, ["refs/heads/main"])).toEqual([
      { name: "refs/heads/main", sha: await remote.head() },
    ]);
    expect(await repository.listRemote({ url }, ["refs/heads/none"])).toEqual([]);
  });

  it("a missing ref is the user's error", async () => {
    await expect(repository.fetch({ url }, ["+refs/heads/none:refs/source/none"])).rejects.toMatchObject({
      kind: "user",
      code: "ref-missing",
    });
  });

  it("a missing repository is the user's error", async () => {
    await expect(
      repository.fetch({ url: join(root, "no.git") }, ["+refs/heads/none:refs/source/none"]),
    ).rejects.toMatchObject({
      kind: "user",
      code: "remote-missing",
    });
  });

  it("pushes with a lease", async () => {
    const target = await createTestRepository(join(root, "target.git"));
    const to = { url: target.directory };
    const first = await sha("1.0");
    const second = await remote.head("hist");
    await repository.fetch({ url }, ["+refs/heads/hist:refs/source/hist"]);
    const branch = "src-5-c9s";
    expect(await repository.push(to, { commit: first, branch, expected: undefined })).toBe("pushed");
    expect(await repository.push(to, { commit: first, branch, expected: undefined })).toBe("up-to-date");
    await expect(repository.push(to, { commit: second, branch, expected: undefined })).rejects.toMatchObject({
      kind: "stale",
      code: "lease-lost",
    });
    expect(await repository.push(to, { commit: second, branch, expected: first })).toBe("pushed");
    expect(await repository.push(to, { commit: first, branch, expected: second })).toBe("pushed");
    expect(await target.head(branch)).toBe(first);
  });

  it.each(["-x", "a..b", "a b", "a\n", "refs~1", "", "@", "x.lock", "HEAD", "a/.b", "a@{1}", "a:b"])(
    "refuses the branch name %j before git starts",
    async (branch) => {
      await expect(
        repository.push({ url }, { commit: await sha("1.0"), branch, expected: undefined }),
      ).rejects.toMatchObject({
        code: "branch-invalid",
      });
    },
  );

  it.each([
    "ext::sh -c x",
    "ssh://h/x",
    "git@h:x",
    "--upload-pack=x",
    "https://user:pw@h/x",
    "relative",
    "https://h/x?y",
    "http://h/\n",
  ])("refuses the address %j before git starts", async (address) => {
    await expect(repository.fetch({ url: address }, ["+refs/heads/a:refs/source/a"])).rejects.toMatchObject({
      code: "url-refused",
    });
  });

  it("refuses file remotes unless they are allowed", async () => {
    const strict = await openBareRepository({ directory: join(root, "strict.git"), environment });
    await expect(strict.fetch({ url }, ["+refs/heads/main:refs/a"])).rejects.toMatchObject({ code: "url-refused" });
  });

  it("two fetches of the same refs at once both end well", async () => {
    const cache = await openBareRepository({ directory: join(root, "twice.git"), environment, allowFileRemotes: true });
    const specs = ["+refs/tags/*:refs/tags/*", "+refs/heads/*:refs/source/branches/*"];
    await Promise.all([cache.fetch({ url }, specs), cache.fetch({ url }, specs), cache.fetch({ url }, specs)]);
    expect(await cache.resolveCommit("1.0")).toBe(await sha("1.0"));
  });
});

describe("surroundings", () => {
  it("D1: is deaf to the configuration of the repository and the machine", async () => {
    const directory = join(root, "deaf.git");
    const deaf = await openBareRepository({ directory, environment, allowFileRemotes: true });
    await deaf.fetch({ url }, ["+refs/heads/fp:refs/source/fp", "+refs/tags/*:refs/tags/*"]);
    const config =
      "[diff]\nnoprefix=true\ncontext=9\nalgorithm=patience\n[format]\nsignOff=true\nsubjectPrefix=X\nattach=yes\nheaders=X: y\\n\n[core]\nabbrev=40\n[i18n]\nlogOutputEncoding=latin1\n";
    const { appendFileSync } = await import("node:fs");
    appendFileSync(join(directory, "config"), config);
    const asked = range(await sha("1.0"), await remote.head("fp"));
    expect(await deaf.formatPatches(asked)).toEqual(await repository.formatPatches(asked));
  });

  it("a missing git binary is the environment's error", async () => {
    const directory = join(root, "no-git");
    mkdirSync(directory);
    writeFileSync(join(directory, "HEAD"), "");
    const broken = await openBareRepository({ directory, environment: { PATH: "/nonexistent" } });
    await expect(broken.resolveCommit("x")).rejects.toMatchObject({ kind: "environment", code: "git-missing" });
  });

  it("ends with the signal's reason", async () => {
    const controller = new AbortController();
    const cache = await openBareRepository({
      directory: join(root, "signal.git"),
      environment,
      signal: controller.signal,
    });
    const reason = new Error("stop");
    controller.abort(reason);
    await expect(cache.resolveCommit("x")).rejects.toBe(reason);
  });
});

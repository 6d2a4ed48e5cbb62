// What one git command may use.
import { randomBytes } from "node:crypto";
import { existsSync, readdirSync } from "node:fs";
import { join } from "node:path";
import { beforeAll, describe, expect, it } from "@jest/globals";
import { openBareRepository } from "../../../src/git/bare-repository.ts";
import type { GitBounds } from "../../../src/git/bounds.ts";
import type { Repository } from "../../../src/git/repository.ts";
import type { Sha } from "../../../src/model/ids.ts";
import { createTestRepository, type TestRepository, temporaryDirectory } from "../../support/git/test-repository.ts";

const root = temporaryDirectory();
const url = join(root, "remote.git");
const MIB = 1024 * 1024;
let remote: TestRepository;
let caches = 0;

beforeAll(async () => {
  remote = await createTestRepository(url);
  await remote.commit({ message: "Base", files: { "a.txt": "one\n" } });
  await remote.commit({ message: "Large", branch: "large", files: { large: randomBytes(8 * MIB) } });
  // Small on the way, large in memory: what would be a patch has to be read whole.
  await remote.git(["branch", "bomb", "main"]);
  await remote.commit({ message: "Bomb", branch: "bomb", files: { bomb: Buffer.alloc(60 * MIB, "0\n") } });
});

async function open(bounds: GitBounds) {
  const directory = join(root, `cache-${++caches}.git`);
  const environment = { PATH: process.env.PATH ?? "" };
  const repository = await openBareRepository({ directory, environment, allowFileRemotes: true, ...bounds });
  const fetch = (branch: string) => repository.fetch({ url }, [`+refs/heads/${branch}:refs/source/${branch}`]);
  const packs = () => readdirSync(join(directory, "objects", "pack"));
  return { repository, fetch, packs, directory };
}

describe("a fetch", () => {
  it("that brings more than it may is ended, told, and leaves nothing", async () => {
    const { repository, fetch, packs } = await open({ fetchBytes: MIB, memoryBytes: 512 * MIB });
    const refused = { kind: "user", code: "fetch-too-large", message: expect.stringContaining("1048576 bytes") };
    await expect(fetch("large")).rejects.toMatchObject(refused);
    await expect(fetch("large")).rejects.toMatchObject(refused);
    expect(packs()).toEqual([]);
    expect(await repository.resolveCommit("refs/source/large")).toBeUndefined();
    await fetch("main");
    expect(await repository.resolveCommit("refs/source/main")).toBe(await remote.head());
  });

  it("may bring what is allowed, in one pack", async () => {
    const { repository, fetch, packs } = await open({ fetchBytes: 9 * MIB });
    await fetch("large");
    expect(await repository.resolveCommit("refs/source/large")).toBe(await remote.head("large"));
    expect(packs().filter((name) => name.endsWith(".pack"))).toHaveLength(1);
  });

  it("takes arguments as they are, whatever a shell would make of them", async () => {
    await remote.git(["branch", "$(touch>canary);'x", "main"]);
    const { repository, fetch, directory } = await open({ fetchBytes: MIB });
    await fetch("$(touch>canary);'x");
    expect(await repository.resolveCommit("refs/source/$(touch>canary);'x")).toBe(await remote.head());
    for (const place of [directory, process.cwd(), root]) expect(existsSync(join(place, "canary"))).toBe(false);
  });
});

describe("a tree of a few kilobytes that stands for more files than fit into memory", () => {
  let bomb: Sha;
  beforeAll(async () => {
    let entry = `100644 blob ${(await remote.git(["hash-object", "-w", "--stdin"], "x")).trim()}`;
    for (let level = 0; level < 8; level++) {
      const lines = Array.from({ length: 10 }, (_, at) => `${entry}\tf${at}\n`).join("");
      entry = `040000 tree ${(await remote.git(["mktree"], lines)).trim()}`;
    }
    const tree = entry.split(" ")[2] ?? "";
    const commit = await remote.git(["commit-tree", "-p", await remote.head(), "-m", "Tree", tree]);
    await remote.git(["update-ref", "refs/heads/tree", commit.trim()]);
    bomb = await remote.head("tree");
  });

  const refused = { kind: "user", code: "content-too-large" };

  it.each<[string, (repository: Repository, base: Sha) => Promise<unknown>, object]>([
    ["listed", (repository) => repository.readTree(bomb, { maxFiles: 1000 }), { kind: "user", code: "too-many-files" }],
    [
      "made a patch",
      (repository, from) => repository.formatPatches({ from, to: bomb, exclude: [], prefixes: true, maxBytes: MIB }),
      refused,
    ],
    [
      "compared",
      (repository, base) => repository.listChanges([{ sha: bomb, parents: [base] }], { exclude: [] }),
      refused,
    ],
    ["patched", (repository, to) => repository.givesTree({ from: bomb, to, patches: [], exclude: [] }), refused],
  ])("is refused when it is to be %s", async (_name, work, error) => {
    const { repository, fetch } = await open({ memoryBytes: 64 * MIB });
    await fetch("tree");
    await expect(work(repository, await remote.head())).rejects.toMatchObject(error);
  });
});

describe("patches", () => {
  const range = async (repository: Awaited<ReturnType<typeof open>>["repository"], branch: string) => {
    const [from, to] = await repository.resolveCommits(["refs/source/main", `refs/source/${branch}`]);
    if (!from || !to) throw new Error("not fetched");
    return { from, to, exclude: [], prefixes: true, maxBytes: MIB };
  };

  it("that need more memory than they may are refused", async () => {
    // The server of a file remote has the bounds of the fetch, so that the fetch needs larger ones.
    const large = await open({ memoryBytes: 1024 * MIB });
    for (const branch of ["main", "large", "bomb"]) await large.fetch(branch);
    const small = await openBareRepository({ directory: large.directory, memoryBytes: 32 * MIB });
    await expect(small.formatPatches(await range(small, "bomb"))).rejects.toMatchObject({
      kind: "user",
      code: "content-too-large",
    });
    await expect(large.repository.formatPatches(await range(large.repository, "large"))).rejects.toMatchObject({
      kind: "user",
      code: "output-too-large",
      fix: expect.stringContaining("limits.patchBytes"),
    });
  });
});

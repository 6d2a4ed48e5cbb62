// The caches of a worker: damage of every kind heals, the disk use is bounded, and nothing that a job needs goes.
import {
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  rmSync,
  truncateSync,
  utimesSync,
  writeFileSync,
} from "node:fs";
import { join } from "node:path";
import { beforeAll, beforeEach, describe, expect, it } from "@jest/globals";
import { type CacheKey, cachePath } from "../../../src/git/cache.ts";
import { type CacheKeeper, keepCaches } from "../../../src/git/cache-keeper.ts";
import type { Repository } from "../../../src/git/repository.ts";
import { TandemError } from "../../../src/model/errors.ts";
import type { Sha } from "../../../src/model/ids.ts";
import { createTestRepository, type TestRepository, temporaryDirectory } from "../../support/git/test-repository.ts";
import { manualClock } from "../../support/manual-clock.ts";
import { recordingLogger } from "../../support/recording-logger.ts";

const root = temporaryDirectory();
const url = join(root, "remote.git");
const environment = { PATH: process.env.PATH ?? "" };
const MINUTE = 60_000;
const MAX_USE = 15 * MINUTE;
let remote: TestRepository;
let base: Sha;
let head: Sha;
let directory: string;
let rounds = 0;

beforeAll(async () => {
  remote = await createTestRepository(url);
  for (const name of ["a", "b", "c"]) {
    await remote.commit({ message: `Add ${name}`, files: { [`${name}.txt`]: `${name}\n`.repeat(200) } });
    base ??= await remote.head();
  }
  head = await remote.head();
});
beforeEach(() => {
  directory = join(root, `caches-${++rounds}`);
});

const key = (projectId: number): CacheKey => ({ forge: "gitlab", host: "gitlab.test", projectId });
const pathOf = (projectId: number) => cachePath(directory, key(projectId));

function keeper({ maxBytes = 1e12 } = {}) {
  const clock = manualClock(Date.now());
  const logger = recordingLogger();
  const sizes: number[] = [];
  const caches = keepCaches({
    directory,
    maxBytes,
    maxUseMs: MAX_USE,
    environment,
    clock,
    logger,
    onSize: (bytes) => void sizes.push(bytes),
  });
  return { caches, clock, logger, sizes };
}

/** What a job does with a cache. */
async function work(repository: Repository): Promise<string> {
  await repository.fetch({ url }, ["+refs/heads/main:refs/source/main"]);
  const [commit] = await repository.resolveCommits(["refs/source/main"]);
  if (commit !== head) throw new TandemError("stale", "not the head", { code: "head-moved" });
  const patches = await repository.formatPatches({ from: base, to: head, exclude: [], prefixes: true, maxBytes: 1e6 });
  const files = await repository.readTree(head);
  const contents = await repository.readBlobs(files.map(({ id }) => id));
  return `${patches.length} patches, ${contents.map(({ length }) => length).join()}`;
}
const DONE = "2 patches, 400,400,400";

async function job(caches: CacheKeeper, projectId = 1): Promise<string> {
  const cache = await caches.open(key(projectId), { environment, allowFileRemotes: true });
  try {
    return await work(cache.repository);
  } finally {
    await cache.release();
  }
}

const packsIn = (cache: string, ending: string) =>
  readdirSync(join(cache, "objects", "pack"))
    .filter((name) => name.endsWith(ending))
    .map((name) => join(cache, "objects", "pack", name));

function overwrite(file: string, content: string): void {
  rmSync(file, { force: true });
  writeFileSync(file, content);
}

const DAMAGE: readonly [string, (cache: string) => void][] = [
  [
    "a truncated pack",
    (cache) => {
      for (const pack of packsIn(cache, ".pack")) cutOff(pack);
    },
  ],
  [
    "an empty pack",
    (cache) => {
      for (const pack of packsIn(cache, ".pack")) overwrite(pack, "");
    },
  ],
  [
    "a pack of rubbish",
    (cache) => {
      for (const pack of packsIn(cache, ".pack")) rubbish(pack);
    },
  ],
  [
    "a broken index of a pack",
    (cache) => {
      for (const index of packsIn(cache, ".idx")) overwrite(index, "rubbish");
    },
  ],
  [
    "packs that are gone",
    (cache) => {
      for (const file of packsIn(cache, "")) rmSync(file);
    },
  ],
  ["objects that are gone", (cache) => rmSync(join(cache, "objects"), { recursive: true })],
  ["no HEAD", (cache) => rmSync(join(cache, "HEAD"))],
  ["a broken HEAD", (cache) => writeFileSync(join(cache, "HEAD"), "rubbish\n")],
  ["an empty HEAD", (cache) => writeFileSync(join(cache, "HEAD"), "")],
  ["a broken config", (cache) => writeFileSync(join(cache, "config"), "[core\n")],
  ["a config of nulls", (cache) => writeFileSync(join(cache, "config"), "\0".repeat(60))],
  ["a broken ref", (cache) => writeFileSync(join(cache, "refs/source/main"), "rubbish\n")],
  ["an empty ref", (cache) => writeFileSync(join(cache, "refs/source/main"), "")],
  ["a ref to nothing", (cache) => writeFileSync(join(cache, "refs/source/main"), `${"1".repeat(40)}\n`)],
  ["broken packed refs", (cache) => writeFileSync(join(cache, "packed-refs"), "rubbish\n")],
  ["an old lock of a ref", (cache) => oldFile(join(cache, "refs/source/main.lock"))],
  ["an old lock of all refs", (cache) => oldFile(join(cache, "packed-refs.lock"))],
  ["half of a fetch", (cache) => oldFile(join(cache, "objects/pack/tmp_pack_abc123"))],
  ["only its directories", (cache) => onlyDirectories(cache)],
];

function cutOff(file: string): void {
  const bytes = readFileSync(file);
  overwrite(file, "");
  writeFileSync(file, bytes);
  truncateSync(file, Math.floor(bytes.length / 2));
}

function rubbish(file: string): void {
  const bytes = readFileSync(file);
  bytes.fill(0x55, 20, bytes.length - 30);
  rmSync(file);
  writeFileSync(file, bytes);
}

function oldFile(file: string): void {
  writeFileSync(file, "");
  const old = (Date.now() - 2 * MAX_USE) / 1_000;
  utimesSync(file, old, old);
}

function onlyDirectories(cache: string): void {
  rmSync(cache, { recursive: true });
  mkdirSync(join(cache, "objects", "pack"), { recursive: true });
  mkdirSync(join(cache, "refs"));
}

describe("a damaged cache", () => {
  it.each(DAMAGE)("heals: %s", async (_name, damage) => {
    const { caches, logger } = keeper();
    expect(await job(caches)).toBe(DONE);
    damage(pathOf(1));
    // Healing by itself is as good; a job that fails is one that is tried again at once.
    const first = await job(caches).catch((error: unknown) => error);
    if (first !== DONE) {
      expect(first).toMatchObject({ kind: "stale", code: "cache-thrown-away" });
      expect(logger.lines.filter(({ level }) => level === "warn")).toHaveLength(1);
    }
    expect(await job(caches)).toBe(DONE);
    expect(readdirSync(directory)).toHaveLength(1);
  });

  it("is fetched again once, not with every try", async () => {
    const { caches, clock } = keeper();
    const breakIt = () => writeFileSync(join(pathOf(1), "config"), "[core\n");
    await job(caches);
    breakIt();
    await expect(job(caches)).rejects.toMatchObject({ code: "cache-thrown-away" });
    await job(caches);
    breakIt();
    await expect(job(caches)).rejects.toMatchObject({ kind: "environment", code: "cache-damaged" });
    clock.advance(11 * MINUTE);
    await expect(job(caches)).rejects.toMatchObject({ code: "cache-thrown-away" });
    expect(await job(caches)).toBe(DONE);
  });

  it("fails the other jobs that use it in a way that is tried again, and they do not harm the new one", async () => {
    const { caches } = keeper();
    await job(caches);
    const other = await caches.open(key(1), { environment, allowFileRemotes: true });
    writeFileSync(join(pathOf(1), "HEAD"), "rubbish\n");
    await expect(job(caches)).rejects.toMatchObject({ code: "cache-thrown-away" });
    await expect(other.repository.readTree(head)).rejects.toMatchObject({ kind: "stale", code: "cache-thrown-away" });
    expect(await job(caches)).toBe(DONE);
    expect(existsSync(pathOf(1))).toBe(true);
  });

  it("keeps a lock that may have an owner, and the job is tried again", async () => {
    const { caches } = keeper();
    await job(caches);
    await remote.git(["branch", "-f", "other", base]);
    const lock = join(pathOf(1), "refs/source/main.lock");
    writeFileSync(lock, "");
    const cache = await caches.open(key(1), { environment, allowFileRemotes: true });
    const fetched = cache.repository.fetch({ url }, ["+refs/heads/other:refs/source/main"]);
    await expect(fetched).rejects.toMatchObject({ kind: "stale", code: "ref-locked" });
    expect(existsSync(lock)).toBe(true);
  });
});

describe("tidying", () => {
  const useAt = (projectId: number, ageMinutes: number) => {
    const at = (Date.now() - ageMinutes * MINUTE) / 1_000;
    utimesSync(join(pathOf(projectId), "tandem-leases"), at, at);
  };

  it("tells the size, and leaves what fits", async () => {
    const { caches, sizes } = keeper();
    for (const project of [1, 2]) await job(caches, project);
    await caches.tidy();
    expect(readdirSync(directory)).toHaveLength(2);
    expect(sizes).toEqual([expect.any(Number)]);
    expect(sizes[0]).toBeGreaterThan(1000);
  });

  it("removes the least recently used ones until the rest fits, but none in use", async () => {
    const all = keeper();
    for (const project of [1, 2, 3, 4]) await job(all.caches, project);
    await all.caches.tidy();
    const [total = 0] = all.sizes;
    const { caches, logger, sizes } = keeper({ maxBytes: total / 2 + 1000 });
    const used = await caches.open(key(1), { environment });
    for (const [index, age] of [60, 40, 50, 30].entries()) useAt(index + 1, age);
    await caches.tidy();
    expect([1, 2, 3, 4].filter((project) => existsSync(pathOf(project)))).toEqual([1, 4]);
    expect(sizes[0]).toBeLessThanOrEqual(total / 2 + 1000);
    expect(logger.lines).toContainEqual(expect.objectContaining({ level: "info" }));
    expect(await used.repository.resolveCommit("refs/source/main")).toBe(head);
    await used.release();
    const later = keeper({ maxBytes: 1 });
    await later.caches.tidy();
    expect(readdirSync(directory)).toEqual([]);
    expect(await job(keeper().caches, 1)).toBe(DONE);
  });

  it("knows users in other processes, until they must have ended", async () => {
    const { caches } = keeper();
    await job(caches);
    const lease = join(pathOf(1), "tandem-leases", "1-of-another-process");
    writeFileSync(lease, "");
    await keeper({ maxBytes: 1 }).caches.tidy();
    expect(existsSync(pathOf(1))).toBe(true);
    const old = (Date.now() - MAX_USE - MINUTE) / 1_000;
    utimesSync(lease, old, old);
    await keeper({ maxBytes: 1 }).caches.tidy();
    expect(existsSync(pathOf(1))).toBe(false);
  });

  it("removes what the killed left, and nothing of those at work", async () => {
    const { caches } = keeper();
    await job(caches);
    const inside = (name: string) => join(pathOf(1), name);
    const old = ["objects/pack/tmp_pack_1", "objects/tmp_obj_1", "refs/source/x.lock", "tandem-index1"];
    for (const name of old) oldFile(inside(name));
    const fresh = ["objects/pack/tmp_pack_2", "refs/source/y.lock", "tandem-index2"];
    for (const name of fresh) writeFileSync(inside(name), "");
    const remains = `${pathOf(2)}.trash-0a`;
    mkdirSync(remains);
    utimesSync(remains, 1, 1);
    await caches.tidy();
    expect(old.filter((name) => existsSync(inside(name)))).toEqual([]);
    expect(fresh.filter((name) => existsSync(inside(name)))).toEqual(fresh);
    expect(existsSync(remains)).toBe(false);
  });

  it("joins many packs into few, without losing what nothing refers to", async () => {
    const { caches } = keeper();
    const cache = await caches.open(key(1), { environment, allowFileRemotes: true });
    for (let number = 0; number < 32; number++) {
      await remote.commit({ message: `Grow ${number}`, branch: "growing", files: { grow: `${number}\n` } });
      await cache.repository.fetch({ url }, ["+refs/heads/growing:refs/source/growing"]);
    }
    const [loose] = await cache.repository.writeBlobs([Buffer.from("referred to by nothing")]);
    if (!loose) throw new Error("not written");
    await keeper().caches.tidy();
    expect(packsIn(pathOf(1), ".pack").length).toBeGreaterThan(30);
    await cache.release();
    await keeper().caches.tidy();
    expect(packsIn(pathOf(1), ".pack").length).toBeLessThan(5);
    const again = await caches.open(key(1), { environment });
    expect((await again.repository.readBlobs([loose])).map(String)).toEqual(["referred to by nothing"]);
    expect(await again.repository.resolveCommit("refs/source/growing")).toBe(await remote.head("growing"));
  });
});

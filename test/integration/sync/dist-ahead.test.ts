// D22 on real repositories: which dist-git commits a source-git merge request would take back.
import { mkdirSync } from "node:fs";
import { join } from "node:path";
import { beforeEach, describe, expect, it } from "@jest/globals";
import type { Sha } from "../../../src/model/ids.ts";
import { DIST_TRAILER } from "../../../src/model/pair.ts";
import { readDistAhead } from "../../../src/sync/dist-ahead.ts";
import { MERGE_METHODS, type Ride, startRide, TRANSFORM } from "../../support/git/ride.ts";
import { makeConfig, makeSpec, type TestPairOptions } from "../../support/git/test-pair.ts";
import { temporaryDirectory } from "../../support/git/test-repository.ts";

const root = temporaryDirectory();
let directory = "";
let count = 0;

beforeEach(() => {
  directory = join(root, String(count++));
  mkdirSync(directory);
});

const start = (options: Partial<TestPairOptions> = {}) => startRide({ directory, ...options });

/** Of a merge request whose head is this commit; default: the target's own head. */
async function ahead(ride: Ride, sourceHead?: Sha) {
  const { source, dist } = await ride.fetch();
  return readDistAhead(ride.store, { ...TRANSFORM, sourceTarget: source, sourceHead: sourceHead ?? source, dist });
}

/** A merge request's commit on top of the target branch. */
async function request(ride: Ride, files: Record<string, string>, message = "Contribution"): Promise<Sha> {
  const head = await ride.source.head();
  return ride.source.commit({ branch: "request", parents: [head], message, files });
}

const NONE = { state: "none" };

describe("dist-git has nothing of its own", () => {
  it("behind init", async () => {
    const ride = await start();
    const before = ride.commands.length;
    expect(await ahead(ride)).toEqual(NONE);
    const commands = ride.commands.slice(before).filter((name) => name !== "fetch");
    expect(commands.length).toBeLessThanOrEqual(7);
    expect(await ahead(ride, await request(ride, { "a.txt": "x\n" }))).toEqual(NONE);
  });

  it.each(MERGE_METHODS.flatMap((source) => MERGE_METHODS.map((dist) => ({ source, dist }))))(
    "after a pair was merged: source-git by $source, dist-git by $dist; also when the next one waits",
    async ({ source, dist }) => {
      const ride = await start();
      const head = await request(ride, { "a.txt": "x\n" });
      const commit = await ride.mirror(head);
      await ride.merge("source", head, source);
      await ride.merge("dist", commit, dist);
      expect(await ahead(ride)).toEqual(NONE);
      await ride.inSource({ "b.txt": "y\n" });
      await ride.inSource({ ".distro/hello.spec": makeSpec({ release: "2%{?dist}" }) });
      expect(await ahead(ride, await request(ride, { "a.txt": "z\n" }))).toEqual(NONE);
    },
  );

  it("where source-git alone moved", async () => {
    const ride = await start();
    await ride.inSource({ "a.txt": "x\n" });
    expect(await ahead(ride, await request(ride, { "b.txt": "x\n" }))).toEqual(NONE);
  });

  it("where its commits change nothing that source-git has: Patch lines, .gitignore, nothing", async () => {
    const ride = await start();
    await ride.inSource({ "a.txt": "x\n" });
    await ride.inDist({}, "Rebuild");
    await ride.inDist({ ".gitignore": "*.tar.gz\n" });
    expect(await ahead(ride)).toEqual(NONE);
  });

  it("where somebody brought its commit by hand, without a trailer", async () => {
    const ride = await start();
    await ride.inDist({ "gating.yaml": "x\n" });
    await ride.inSource({ ".distro/gating.yaml": "x\n" });
    await ride.inSource({ "a.txt": "x\n" });
    expect(await ahead(ride)).toEqual(NONE);
  });

  it("where somebody took over its spec by hand and went on", async () => {
    const ride = await start();
    await ride.inDist({ "hello.spec": makeSpec({ release: "2%{?dist}" }) });
    await ride.inSource({ ".distro/hello.spec": makeSpec({ release: "2%{?dist}" }) });
    await ride.inSource({ ".distro/hello.spec": makeSpec({ release: "2%{?dist}" }).replace("Prints a", "Prints one") });
    expect(await ahead(ride)).toEqual(NONE);
  });
});

describe("dist-git has commits of its own", () => {
  it("D22: a person's commit counts, with its number", async () => {
    const ride = await start();
    const first = await ride.inDist({ "gating.yaml": "x\n" });
    await ride.inDist({ "gating.yaml": "y\n" });
    expect(await ahead(ride, await request(ride, { "a.txt": "x\n" }))).toEqual({
      state: "ahead",
      count: 2,
      first,
      inTarget: false,
    });
  });

  it.each(MERGE_METHODS.filter((method) => method !== "fast-forward"))(
    "D22: a commit that came while the bot's own merge request was open, merged by %s",
    async (method) => {
      const ride = await start();
      await ride.inSource({ "a.txt": "x\n" });
      const commit = await ride.mirror();
      const first = await ride.inDist({ "gating.yaml": "x\n" });
      await ride.merge("dist", commit, method);
      expect(await ahead(ride)).toEqual({ state: "ahead", count: 1, first, inTarget: false });
    },
  );

  it.each<[string, Record<string, string>]>([
    ["sources", { sources: "SHA512 (y.tar.gz) = 1\n" }],
    ["a patch", { "own.patch": "x\n" }],
    ["the spec where source-git changed it, too", { "hello.spec": makeSpec({ release: "7%{?dist}" }) }],
  ])("what the way back refuses counts as well: %s", async (_name, files) => {
    const ride = await start();
    await ride.inSource({ ".distro/hello.spec": makeSpec({ release: "3%{?dist}" }) });
    const first = await ride.inDist(files);
    expect(await ahead(ride)).toMatchObject({
      state: "ahead",
      count: 1,
      first,
      inTarget: false,
      refusal: { kind: "user" },
    });
  });

  it("counts no more when the merge request itself brings it, or says that it has it", async () => {
    const ride = await start();
    const sha = await ride.inDist({ "gating.yaml": "x\n" });
    expect(await ahead(ride, await request(ride, { ".distro/gating.yaml": "x\n", "a.txt": "x\n" }))).toEqual(NONE);
    const patch = await ride.inDist({ "own.patch": "x\n" });
    expect(await ahead(ride, await request(ride, { "a.txt": "x\n" }))).toMatchObject({ state: "ahead", first: sha });
    const told = await request(ride, { "a.txt": "y\n" }, `Take it over\n\n${DIST_TRAILER}: ${patch}\n`);
    expect(await ahead(ride, told)).toEqual(NONE);
  });

  it("counts for a merge request that stands on an old target, until it is rebased", async () => {
    const ride = await start();
    const old = await request(ride, { "a.txt": "x\n" });
    const first = await ride.inDist({ "gating.yaml": "x\n" });
    const brought = await ride.inSource({ ".distro/gating.yaml": "x\n" }, `Gating\n\n${DIST_TRAILER}: ${first}\n`);
    await ride.inSource({ "b.txt": "x\n" });
    expect(await ahead(ride)).toEqual(NONE);
    expect(await ahead(ride, old)).toEqual({ state: "ahead", count: 1, first, inTarget: true });
    expect(await ahead(ride, await request(ride, { "a.txt": "x\n" }))).toEqual(NONE);
    const half = { branch: "half", parents: [brought], message: "Half", files: { "a.txt": "x\n" } };
    expect(await ahead(ride, await ride.source.commit(half))).toEqual(NONE);
  });

  it("source-git's own commits never count, however old the merge request is", async () => {
    const ride = await start();
    const old = await request(ride, { "a.txt": "x\n" });
    const merged = await ride.inSource({ "b.txt": "x\n", ".distro/hello.spec": makeSpec({ release: "2%{?dist}" }) });
    await ride.merge("dist", await ride.mirror(merged), "merge");
    expect(await ahead(ride, old)).toEqual(NONE);
  });
});

describe("the target branch cannot be transformed", () => {
  it("a merge request that brings the configuration goes on", async () => {
    const ride = await start();
    const target = await ride.source.head("1.0");
    const { source, dist } = await ride.fetch();
    const input = { ...TRANSFORM, sourceTarget: target, sourceHead: source, dist };
    expect(await readDistAhead(ride.store, input)).toEqual(NONE);
  });

  it("a merge request that mends it goes on; what dist-git has alone still counts", async () => {
    const ride = await start();
    await ride.inSource({ ".distro/source-git.yaml": "upstream_ref: [" });
    const mended = await request(ride, { ".distro/source-git.yaml": makeConfig() });
    expect(await ahead(ride, mended)).toEqual(NONE);
    expect(await ahead(ride)).toEqual(NONE);
    const first = await ride.inDist({ "gating.yaml": "x\n" });
    expect(await ahead(ride, mended)).toEqual({ state: "ahead", count: 1, first, inTarget: false });
    expect(await ahead(ride)).toEqual({ state: "unknown" });
  });

  it("a bad trailer on the target does not block", async () => {
    const ride = await start();
    await ride.inSource({ "a.txt": "x\n" }, "Bad\n\nPatch-id: x\n");
    expect(await ahead(ride, await request(ride, { "b.txt": "x\n" }))).toEqual(NONE);
  });
});

describe("no trailer tells", () => {
  it("equal contents are no difference, others are unknown", async () => {
    const ride = await start({ withoutOrigin: true });
    expect(await ahead(ride)).toEqual(NONE);
    await ride.inDist({ "gating.yaml": "x\n" });
    expect(await ahead(ride, await request(ride, { "a.txt": "x\n" }))).toEqual({ state: "unknown" });
  });
});

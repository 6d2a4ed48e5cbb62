// Contract: commit statuses, and how refusals and failures are told apart.
import { describe, expect, it } from "@jest/globals";
import type { CommitStatus } from "../../../src/forge/forge.ts";
import type { WorldOf } from "./world.ts";

const FILES = { "README.md": "hello\n" };

export function describeStatusesAndFailures(worldOf: WorldOf): void {
  describe("a commit status", () => {
    const status: CommitStatus = {
      context: "tandem",
      state: "pending",
      description: "d".repeat(200),
      targetUrl: "https://tandem.example/1",
    };

    const head = async () => {
      const world = worldOf();
      const { forge } = world;
      const project = await world.createProject({ files: FILES });
      const commit = await forge.readBranch(project.id, project.defaultBranch);
      if (!commit) throw new Error("the branch is missing");
      const set = (given: Partial<CommitStatus>) =>
        forge.setCommitStatus(project.id, commit.sha, { ...status, ...given });
      const rows = async () => world.statuses(project.id, commit.sha);
      return { world, project, set, rows };
    };

    it("is set, and the same again writes nothing", async () => {
      const { world, project, set, rows } = await head();
      await world.setRole(project.id, world.bot, "developer");
      expect(await set({})).toBe("set");
      expect(await rows()).toEqual([{ ...status, state: expect.any(String), description: "d".repeat(140) }]);
      expect(await set({})).toBe("unchanged");
      expect(await rows()).toHaveLength(1);
      expect(await set({ context: "other" })).toBe("set");
      expect((await rows()).map(({ context }) => context)).toEqual(["tandem", "other"]);
    });

    it("is compared with the newest of its context only", async () => {
      const { world, project, set, rows } = await head();
      await world.setRole(project.id, world.bot, "developer");
      const good = { state: "success", description: "good" } as const;
      const bad = { state: "failed", description: "bad" } as const;
      expect([await set(good), await set(bad), await set(good), await set(good)]).toEqual([
        "set",
        "set",
        "set",
        "unchanged",
      ]);
      expect((await rows()).map(({ description }) => description)).toEqual(["good", "bad", "good"]);
    });

    it("is denied where the bot may not set one", async () => {
      const { set, rows } = await head();
      expect(await set({})).toBe("denied");
      expect(await rows()).toEqual([]);
    });
  });

  describe("a failure", () => {
    it("of the token is one of authentication", async () => {
      const world = worldOf();
      const { id } = await world.createProject({ files: FILES });
      await expect(world.forgeWithToken("wrong").whoAmI()).rejects.toMatchObject({ kind: "auth" });
      await expect(world.forgeWithToken("wrong").readProject(id)).rejects.toMatchObject({ kind: "auth" });
    });

    it("by a rate limit says when to come back, and the request is not repeated", async () => {
      const world = worldOf();
      const { forge } = world;
      const { id } = await world.createProject({ files: FILES });
      const before = { requests: world.countRequests("GET"), time: Date.now() };
      world.failNext({ method: "GET", status: 429, headers: { "retry-after": "30" }, times: 5 });
      const error: unknown = await forge.readMergeRequest(id, 1).catch((thrown: unknown) => thrown);
      expect(error).toMatchObject({ kind: "rate-limit", retryAt: expect.any(Number) });
      const { retryAt } = error as { retryAt: number };
      expect(retryAt).toBeGreaterThanOrEqual(before.time + 29_000);
      expect(retryAt).toBeLessThanOrEqual(Date.now() + 31_000);
      expect(world.countRequests("GET")).toBe(before.requests + 1);
    });

    it("of the forge is upstream, and a POST is never repeated", async () => {
      const world = worldOf();
      const { forge } = world;
      const project = await world.createProject({ files: FILES });
      const opened = await world.openMergeRequest({ project, as: await world.createUser() });
      const before = world.countRequests("POST");
      world.failNext({ method: "POST", status: 502, times: 5 });
      await expect(forge.createNote(project.id, opened.iid, "text")).rejects.toMatchObject({ kind: "upstream" });
      expect(world.countRequests("POST")).toBe(before + 1);
    });
  });
}

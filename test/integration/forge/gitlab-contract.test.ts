// The contract of the `Forge` port, on the GitLab double.
import { afterAll, expect } from "@jest/globals";
import { openGitLabWorld } from "../../support/forge-contract/gitlab-world.ts";
import { describeForgeContract } from "../../support/forge-contract.ts";

const logs: { readonly unknownRequests: readonly unknown[] }[] = [];

describeForgeContract("GitLab", async () => {
  const world = await openGitLabWorld();
  logs.push(world.double.logs);
  return world;
});

afterAll(() => {
  expect(logs.flatMap(({ unknownRequests }) => unknownRequests)).toEqual([]);
});

// The contract of the `Forge` port, on the GitHub double.
import { afterAll, expect } from "@jest/globals";
import { openGitHubWorld } from "../../support/forge-contract/github-world.ts";
import { describeForgeContract } from "../../support/forge-contract.ts";

const doubles: { readonly unknownRequests: readonly unknown[] }[] = [];

describeForgeContract("GitHub", async () => {
  const world = await openGitHubWorld();
  doubles.push(world.double);
  return world;
});

afterAll(() => {
  expect(doubles.flatMap(({ unknownRequests }) => unknownRequests)).toEqual([]);
});

// Behaviour that every adapter of the `Forge` port must show, run against a double of its forge.
import { afterAll, afterEach, beforeAll, describe } from "@jest/globals";
import { describeMergeRequests } from "./forge-contract/merge-requests.ts";
import { describeNotes } from "./forge-contract/notes.ts";
import { describeProjects } from "./forge-contract/projects.ts";
import { describeStatusesAndFailures } from "./forge-contract/statuses-and-failures.ts";
import type { ForgeWorld } from "./forge-contract/world.ts";

/**
 * Describes the suite.
 * @param name the forge, for people
 * @param open starts a double with the adapter on it; it is closed after the last test
 */
export function describeForgeContract(name: string, open: () => Promise<ForgeWorld>): void {
  describe(`the forge port on ${name}`, () => {
    let opened: ForgeWorld | undefined;
    beforeAll(async () => {
      opened = await open();
    });
    afterEach(() => opened?.clearFailures());
    afterAll(() => opened?.close());
    const worldOf = (): ForgeWorld => {
      if (!opened) throw new Error("the world is not open yet");
      return opened;
    };
    describeProjects(worldOf);
    describeMergeRequests(worldOf);
    describeNotes(worldOf);
    describeStatusesAndFailures(worldOf);
  });
}

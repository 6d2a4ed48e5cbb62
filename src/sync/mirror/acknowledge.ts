// Shows people that their command was seen, before it is carried out.
import type { Forge } from "../../forge/forge.ts";
import { isKnown } from "./command.ts";
import type { World } from "./world.ts";

/** Reacts to the comments whose commands are about to be carried out. Doing it again changes nothing. */
export async function acknowledge(
  { source, dist }: { readonly source: Forge; readonly dist: Forge },
  world: Pick<World, "source" | "pair" | "commands">,
): Promise<void> {
  for (const command of world.commands) {
    if (!command.allowed || !isKnown(command)) continue;
    const { projectId, iid } = command.side === "source" ? world.source : (world.pair?.mergeRequest ?? world.source);
    await (command.side === "source" ? source : dist).acknowledge(projectId, iid, command.noteId);
  }
}

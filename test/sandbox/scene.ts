// The scenes of a tour: numbered, told as they are played, and each held to its time.
import { eventually } from "../support/eventually.ts";
import type { Narrator } from "./narrator.ts";

/** What a scene is played with. */
export interface SceneTools {
  /** A line of the scene: who, and what they do or say. */
  act(who: string, text: string): void;
  /**
   * Waits until a probe gives something else than undefined or false.
   * @param what is waited for, as the subject of "… did not come"
   * @throws Error when the scene's time is over
   */
  until<T>(what: string, probe: () => T | Promise<T>): Promise<Exclude<T, undefined | false>>;
}

/** Plays the next scene; what `play` resolves with is handed on. */
export type PlayScene = <T>(title: string, play: (tools: SceneTools) => Promise<T>) => Promise<T>;

/** How scenes are played. */
export interface SceneOptions {
  readonly narrator: Pick<Narrator, "heading" | "act">;
  /** Time of a scene. */
  readonly withinMs: number;
  /** What the world looks like, for those who read of a failure. */
  readonly situation: () => string;
}

/** Makes the player of scenes. Its errors name the scene and the situation. */
export function createScenes({ narrator, withinMs, situation }: SceneOptions): PlayScene {
  let number = 0;
  return async (title, play) => {
    number++;
    narrator.heading(`${number}. ${title}`);
    const deadline = Date.now() + withinMs;
    try {
      return await play({
        act: (who, text) => narrator.act(who, text),
        until: (what, probe) => waitFor(what, probe, { deadline, withinMs }),
      });
    } catch (error) {
      const reason = error instanceof Error ? error.message : String(error);
      throw new Error(`scene ${number} (${title}) failed: ${reason}\n${situation()}`, { cause: error });
    }
  };
}

async function waitFor<T>(
  what: string,
  probe: () => T | Promise<T>,
  { deadline, withinMs }: { readonly deadline: number; readonly withinMs: number },
): Promise<Exclude<T, undefined | false>> {
  try {
    return await eventually(probe, { withinMs: deadline - Date.now(), what });
  } catch (error) {
    const cause = error instanceof Error && error.cause instanceof Error ? `: ${error.cause.message}` : "";
    throw new Error(`${what} did not come within the scene's ${withinMs / 1_000} s${cause}`, { cause: error });
  }
}

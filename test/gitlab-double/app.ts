// The services of one double, handed to everything that acts. No behaviour of its own.
import type { Faults } from "./faults/faults.ts";
import type { BareRepository } from "./git/bare-repository.ts";
import type { Activity } from "./state/activity.ts";
import type { Pipeline } from "./state/ci-types.ts";
import type { Logs } from "./state/logs.ts";
import type { Settings } from "./state/settings.ts";
import type { World } from "./state/world.ts";
import type { Dispatcher } from "./webhooks/dispatcher.ts";

/** One running double, seen from inside. */
export interface App {
  /** Base URL without a trailing slash. */
  readonly url: string;
  readonly dataDir: string;
  readonly world: World;
  readonly settings: Settings;
  readonly activity: Activity;
  readonly logs: Logs;
  readonly faults: Faults;
  readonly dispatcher: Dispatcher;
  /** Timers that end when the double is closed. */
  readonly timers: Set<NodeJS.Timeout>;
  /** Writes a line for people. */
  readonly log: (line: string) => void;
  /** What follows from the end of a pipeline: merge requests that waited for it. */
  readonly pipelineEnded: (pipeline: Pipeline) => Promise<void>;
  /** The repository of a project, by the project's id. */
  readonly repository: (projectId: number) => BareRepository;
}

/** Runs work after a while, counted as activity until it is done. */
export function later(app: App, delayMs: number, work: () => Promise<void>): void {
  const end = app.activity.begin();
  const timer = setTimeout(() => {
    app.timers.delete(timer);
    app.activity.run(work);
    end();
  }, delayMs);
  app.timers.add(timer);
}

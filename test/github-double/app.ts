// What the parts of one double share.
import type { Activity } from "../gitlab-double/state/activity.ts";
import type { Faults } from "./faults.ts";
import type { Webhooks } from "./webhooks.ts";
import type { World } from "./world.ts";

/** A request that the double answered. */
export interface RequestRecord {
  readonly method: string;
  /** As sent, without the query. */
  readonly path: string;
  readonly query: string;
  /** HTTP status; 0 when the connection was cut. */
  readonly status: number;
  /** The double has no such route. */
  readonly unknown: boolean;
  readonly userAgent: string | undefined;
}

/** Switches of behaviour. */
export interface Settings {
  /** How long a fork stays empty. */
  forkDelayMs: number;
}

export interface App {
  readonly dataDir: string;
  /** Base URL without a trailing slash. */
  readonly url: string;
  readonly world: World;
  readonly settings: Settings;
  readonly faults: Faults;
  readonly activity: Activity;
  readonly webhooks: Webhooks;
  readonly requests: RequestRecord[];
}

// The port to the webhooks of the forge on which dist-git is, for those who set them up. Named for what Tandem needs.
// Every method may throw a TandemError of kind rate-limit, upstream, auth, user (permission) or bug (the forge refused).
import type { Place } from "../model/place.ts";
import type { User } from "./forge.ts";

/** What a hook can tell of and Tandem listens to. */
export const HOOK_EVENTS = ["merge-request", "note", "pipeline", "push"] as const;
export type HookEvent = (typeof HOOK_EVENTS)[number];

/** A webhook as the forge shows it. Its token is never shown. */
export interface Hook {
  readonly id: number;
  readonly url: string;
  /** What its maker noted about it. Empty when nothing is noted, or when the forge keeps no such note. */
  readonly description: string;
  readonly events: readonly HookEvent[];
  /** What else it tells of, in the forge's own words, e.g. `job_events`. */
  readonly otherEvents: readonly string[];
  /** Whether the forge checks the certificate of the address to which it posts. */
  readonly checksCertificate: boolean;
  /** Pattern of the branches whose pushes are told; empty: all. */
  readonly branchFilter: string;
  /** `paused`: it failed too often and rests for a while; `disabled`: it failed so often that it is off for good. */
  readonly state: "enabled" | "paused" | "disabled";
  /** When the pause ends, in milliseconds since the epoch. */
  readonly pausedUntil: number | undefined;
}

/** How a hook is to be. Certificates are always checked, and pushes to all branches told. */
export interface HookSettings {
  readonly url: string;
  readonly description: string;
  readonly events: readonly HookEvent[];
  /** Plain text: it leaves the process with the request. */
  readonly token: string;
}

/**
 * The hooks of a place. `plan`: the group has none, whoever asks, because of what was paid for; `role`: the account may not
 * see them, for which it would need another role, or the group another plan.
 */
export type HookList =
  | { readonly found: "hooks"; readonly hooks: readonly Hook[] }
  | { readonly found: "denied"; readonly because: "plan" | "role" }
  | { readonly found: "nothing" };

/** What became of a test delivery. `said` is a text of others, on one line. */
export type HookTest =
  | { readonly result: "delivered" }
  /** The forge has nothing of which it could tell, e.g. no commit. */
  | { readonly result: "nothing-to-tell"; readonly said: string }
  /** What the receiver answered, or why it could not be reached. */
  | { readonly result: "refused"; readonly said: string }
  /** There were too many of them within the last minute. */
  | { readonly result: "too-many" }
  /** The forge cannot test hooks by its API, as GitLab before 16.11, of groups before 17.1. */
  | { readonly result: "unsupported" };

/** A fork. Its parent is undefined when the account may not see that. */
export interface Fork {
  readonly path: string;
  readonly parentPath: string | undefined;
}

/** The operations. */
export interface HookAdmin {
  /** Undefined when there is no such account. */
  findUser(username: string): Promise<User | undefined>;
  listHooks(place: Place): Promise<HookList>;
  createHook(place: Place, settings: HookSettings): Promise<Hook>;
  /** Makes a hook as it is to be; what else it told of is switched off. */
  updateHook(place: Place, hook: Hook, settings: HookSettings): Promise<Hook>;
  removeHook(place: Place, hookId: number): Promise<void>;
  /**
   * Lets the forge tell the receiver of a commit that it has already, also when the hook does not tell of pushes or is disabled.
   * A good answer enables it again.
   */
  testHook(place: Place, hookId: number): Promise<HookTest>;
  /** The projects in the namespace of an account that are forks. */
  listForks(owner: User): Promise<readonly Fork[]>;
}

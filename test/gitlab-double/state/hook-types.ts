// Hooks, as the double holds them in memory.

/** What a hook can be interested in, in the API's names without `_events`. */
export type HookEvent = "push" | "tag_push" | "merge_requests" | "note" | "pipeline" | "job" | "issues" | "releases";

export interface Hook {
  readonly id: number;
  readonly owner: { readonly kind: "project" | "group"; readonly id: number };
  readonly createdAt: string;
  url: string;
  name: string | null;
  description: string | null;
  token: string | null;
  /** `whsec_<base64>`: deliveries are signed with it. */
  signingToken: string | null;
  events: HookEvent[];
  branchFilter: string | null;
  sslVerification: boolean;
  failures: number;
  /** Milliseconds since the epoch until which the hook rests; Infinity for ever. */
  disabledUntil: number;
}

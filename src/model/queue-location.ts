// Where the queue lives. The text form is QUEUE_URL, parsed in config.
import type { Secret } from "./secret.ts";

/** URLs are secret because they may hold a password. */
export type QueueLocation =
  | { readonly kind: "redis"; readonly url: Secret }
  | { readonly kind: "postgres"; readonly url: Secret }
  | { readonly kind: "embedded"; readonly directory: string };

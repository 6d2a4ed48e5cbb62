// What a queue's server tells of itself, for those who look after the service.

/** The facts of a backend. What is undefined the server did not tell: a managed one may keep it to itself. */
export type QueueFacts =
  | {
      readonly kind: "redis";
      /** E.g. `7.0.15`. */
      readonly version: string | undefined;
      /** A replica takes no jobs. */
      readonly isReplica: boolean | undefined;
      /** Whether what it holds outlives a restart: an append-only file is written. */
      readonly isAppendOnly: boolean | undefined;
      /** `maxmemory-policy`, in Redis' words. */
      readonly evictionPolicy: string | undefined;
      readonly usedBytes: number | undefined;
      /** 0: as much as the machine has. */
      readonly maxBytes: number | undefined;
    }
  | { readonly kind: "postgres"; readonly version: string | undefined }
  | { readonly kind: "embedded"; readonly directory: string; readonly isInUse: boolean };

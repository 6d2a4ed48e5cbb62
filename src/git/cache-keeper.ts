// Keeps the caches of a worker: opens them for jobs, throws away what is damaged, and tidies between jobs. Any number of
// processes may keep the same directory.
import type { Clock } from "../model/clock.ts";
import { TandemError, toTandemError } from "../model/errors.ts";
import type { Logger } from "../model/logger.ts";
import { type BareRepositoryOptions, DEFAULT_PATH } from "./bare-repository.ts";
import { type CacheKey, cachePath, openCache } from "./cache.ts";
import { takeLease } from "./cache-lease.ts";
import { identityOf, throwAway } from "./remove-cache.ts";
import type { Repository } from "./repository.ts";
import { type TidyOptions, tidyCaches } from "./tidy-caches.ts";

/** How caches are kept. */
export interface CacheKeeperOptions {
  /** Absolute path. */
  readonly directory: string;
  /** Disk use above which caches go that nobody uses, in bytes. */
  readonly maxBytes: number;
  /** Longest time that anybody uses an open cache. Leases and leftovers that are older have no owner. */
  readonly maxUseMs: number;
  readonly environment?: Readonly<Record<string, string>>;
  readonly clock: Clock;
  readonly logger: Logger;
  /** Told the disk use of all caches, in bytes, now and then. */
  readonly onSize: (bytes: number) => void;
}

/** How one cache is opened. */
export type OpenOptions = Omit<BareRepositoryOptions, "directory" | "onDamage" | "maxLockAgeMs">;

/** A cache in use. */
export interface KeptCache {
  readonly repository: Repository;
  /** Ends the use. Never throws. */
  release(): Promise<void>;
}

/** Keeps caches. */
export interface CacheKeeper {
  /**
   * Opens the cache of a package and marks it as used. When it turns out to be damaged it is thrown away, with a warning:
   * the job fails with kind `stale`, code `cache-thrown-away`, and finds a new one when it is tried again. What is
   * damaged again within minutes stays: kind `environment`, code `cache-damaged`.
   */
  open(key: CacheKey, options: OpenOptions): Promise<KeptCache>;
  /** Tidies if that was not done for a while. Need not be waited for: never rejects, failures are logged. */
  tidy(): Promise<void>;
  /** Ends a tidying that goes on. */
  close(): Promise<void>;
}

const TIDY_MS = 5 * 60_000;
/** A package is fetched anew at most that often because of damage. */
const DAMAGE_MS = 10 * 60_000;
/** Joining the packs of a large package takes its time. */
const MAINTENANCE_MS = 30 * 60_000;

/** Makes a keeper. */
export function keepCaches(options: CacheKeeperOptions): CacheKeeper {
  const { directory, clock, logger, maxUseMs } = options;
  const closing = new AbortController();
  const thrownAway = new Map<string, number>();
  let tidied = Number.NEGATIVE_INFINITY;
  let tidying: Promise<void> | undefined;

  const onDamage = async (path: string, identity: number | undefined, error: TandemError): Promise<TandemError> => {
    if ((await identityOf(path)) !== identity) return gone(error);
    const before = thrownAway.get(path) ?? Number.NEGATIVE_INFINITY;
    if (clock.now() - before < DAMAGE_MS) return error;
    thrownAway.set(path, clock.now());
    if (await throwAway(path)) logger.warn({ cache: path, error }, "a damaged git cache was thrown away");
    return gone(error);
  };

  const tidy = async (): Promise<void> => {
    try {
      const result = await tidyCaches(tidyOptions(options, closing.signal));
      options.onSize(result.bytes);
      const { evicted, leftovers } = result;
      if (evicted.length > 0 || leftovers.length > 0) logger.info({ ...result }, "git caches were tidied");
    } catch (thrown) {
      if (!closing.signal.aborted) logger.warn({ error: toTandemError(thrown) }, "git caches could not be tidied");
    }
  };

  return {
    async open(key, opened) {
      const path = cachePath(directory, key);
      let identity = await identityOf(path);
      const open = () =>
        openCache(directory, key, {
          ...opened,
          maxLockAgeMs: maxUseMs,
          onDamage: (error) => onDamage(path, identity, error),
        });
      let repository = await open();
      // A cache that was evicted between these two is made again.
      const release = await takeLease(path).catch(async () => {
        repository = await open();
        return await takeLease(path);
      });
      identity = await identityOf(path);
      return { repository, release: () => release().catch(() => {}) };
    },
    async tidy() {
      if (!tidying && !closing.signal.aborted && clock.now() - tidied >= TIDY_MS) {
        tidied = clock.now();
        tidying = tidy().finally(() => {
          tidying = undefined;
        });
      }
      await tidying;
    },
    async close() {
      closing.abort();
      await tidying;
    },
  };
}

function tidyOptions(
  { directory, maxBytes, maxUseMs, clock, environment }: CacheKeeperOptions,
  signal: AbortSignal,
): TidyOptions {
  return {
    directory,
    maxBytes,
    since: clock.now() - maxUseMs,
    settings: {
      environment: { PATH: DEFAULT_PATH, ...environment },
      allowFileRemotes: false,
      localTimeoutMs: MAINTENANCE_MS,
      networkTimeoutMs: MAINTENANCE_MS,
      signal,
    },
  };
}

function gone(cause: TandemError): TandemError {
  return new TandemError("stale", `The package's git cache was damaged and is made anew. ${cause.message}`, {
    code: "cache-thrown-away",
    fix: "Everything is fetched again.",
    cause,
  });
}

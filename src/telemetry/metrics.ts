// What Tandem counts. A factory makes it: no registry is global. prom-client is known in this folder only.
import { collectDefaultMetrics, Gauge, Registry } from "prom-client";
import { createForgeMetrics, type ForgeMetrics } from "./forge-metrics.ts";
import { createJobMetrics, type JobMetrics } from "./job-metrics.ts";

/** The counters, by what they count. Labels must come from short fixed lists, never from outside. */
export interface Metrics extends ForgeMetrics, JobMetrics {
  /** Disk use of the git caches. */
  gitCache(bytes: number): void;
  /** The exposition text and its content type. */
  render(): Promise<{ readonly contentType: string; readonly text: string }>;
}

/**
 * Makes a registry with all of Tandem's metrics and those of the process.
 * @param nowMs milliseconds since the epoch
 */
export function createMetrics(nowMs: () => number = () => Date.now()): Metrics {
  const registry = new Registry();
  collectDefaultMetrics({ register: registry });
  const gitCache = new Gauge({
    name: "tandem_git_cache_bytes",
    help: "Disk use of all git caches, at the last look.",
    registers: [registry],
  });
  return {
    gitCache: (bytes) => gitCache.set(bytes),
    ...createForgeMetrics(registry, nowMs),
    ...createJobMetrics(registry),
    render: async () => ({ contentType: registry.contentType, text: await registry.metrics() }),
  };
}

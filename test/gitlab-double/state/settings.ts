// Switches of the double that may be turned while it runs.

/** How the double behaves. All fields may be changed at run time. */
export interface Settings {
  /** Version that the double claims to be. */
  version: string;
  /** `manual`: pipelines stand still until `advancePipeline` moves them. */
  pipelineMode: "auto" | "manual";
  /** Milliseconds of one pipeline step. 0: at once, but still asynchronously. */
  pipelineStepMs: number;
  /** Milliseconds from the request of a fork until it is ready. */
  forkDelayMs: number;
  /** How many first reads of a new merge request answer without a sha. 0: none. */
  slowMergeRequests: number;
  /** Send pipeline events without their merge request, as GitLab was seen to do. */
  pipelineEventsWithoutMergeRequest: boolean;
  /** Rest a hook after its fourth failure in a row, as gitlab.com does. Off, as on a self-managed GitLab. */
  autoDisableHooks: boolean;
  /** Tests of hooks for each user and project or group. */
  hookTestsPerMinute: number;
  /** Milliseconds after which a delivery is given up. */
  webhookTimeoutMs: number;
  /** Requests per minute and user; more are answered with 429. */
  rateLimit: { limit: number; enforced: boolean };
}

/** The settings of a double that nobody has touched. */
export function defaultSettings(): Settings {
  return {
    version: "18.9.0",
    pipelineMode: "auto",
    pipelineStepMs: 0,
    forkDelayMs: 20,
    slowMergeRequests: 0,
    pipelineEventsWithoutMergeRequest: false,
    autoDisableHooks: false,
    hookTestsPerMinute: 5,
    webhookTimeoutMs: 10_000,
    rateLimit: { limit: 2000, enforced: false },
  };
}

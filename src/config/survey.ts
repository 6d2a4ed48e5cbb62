// The configuration for somebody who looks for what is wrong: what can be used of it, beside everything that cannot.
import type { QueueLocation } from "../model/queue-location.ts";
import { Secret } from "../model/secret.ts";
import { soundOptions } from "./check-options.ts";
import type { EnvironmentName } from "./config.ts";
import { SECRET_VARIABLES, type Variables } from "./env.ts";
import { absoluteCache } from "./load.ts";
import type { ConfigProblem } from "./problem.ts";
import { type ConfigSource, readParts } from "./read-parts.ts";
import type { Options } from "./schema.ts";
import type { WebhookSecrets } from "./webhook-secrets.ts";

/** What can be used of a configuration, and what is wrong with the rest. */
export interface ConfigSurvey {
  /** A secret that is missing is none: it is absent below. */
  readonly problems: readonly ConfigProblem[];
  readonly environment: EnvironmentName | undefined;
  /** The sound ones of the top-level options; none of them when a file could not be read. */
  readonly options: Partial<Options>;
  readonly queue: QueueLocation | undefined;
  readonly webhooks: WebhookSecrets;
  readonly gitlabToken: Secret | undefined;
  readonly githubToken: Secret | undefined;
  readonly adminToken: Secret | undefined;
}

/** Reads all of it, every secret included. Never throws for what is wrong. */
export function surveyConfig(source: ConfigSource): ConfigSurvey {
  // The role that demands no secrets.
  const parts = readParts(source, SECRET_VARIABLES, "queue");
  // A value that a broken file should have replaced is not the one that was meant: the token must not go there.
  const options = parts.isWhole ? soundOptions(parts.layers) : {};
  return {
    problems: parts.problems,
    environment: parts.environment,
    options: { ...options, ...(options.git ? { git: absoluteCache(options.git, source.cwd) } : {}) },
    queue: parts.queue,
    webhooks: parts.webhooks,
    gitlabToken: secretOf(parts.secret.GITLAB_TOKEN),
    githubToken: secretOf(parts.secret.GITHUB_TOKEN),
    adminToken: secretOf(parts.secret.ADMIN_TOKEN),
  };
}

function secretOf(text: Variables["secret"]["GITLAB_TOKEN"]): Secret | undefined {
  return text === undefined ? undefined : new Secret(text);
}

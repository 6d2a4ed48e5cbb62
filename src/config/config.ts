// The configuration as the rest of Tandem sees it: checked, complete, frozen. Each role holds only what it needs.
import type { QueueLocation } from "../model/queue-location.ts";
import type { Secret } from "../model/secret.ts";
import type { Options } from "./schema.ts";
import type { WebhookSecrets } from "./webhook-secrets.ts";

/** The environments; each has a file of its own. */
export const ENVIRONMENTS = ["development", "staging", "production"] as const;
export type EnvironmentName = (typeof ENVIRONMENTS)[number];

/**
 * What a configuration is loaded for: `all` is API and worker in one process, `queue` a command that needs the queue and
 * no other secret, `admin` a command that sets things up on the forge, `check` reads everything and runs nothing.
 */
export type Role = "api" | "worker" | "all" | "queue" | "admin" | "check";

/** What every process gets: the options of the files, and the queue. */
export type BaseConfig = Readonly<Options> & {
  readonly environment: EnvironmentName;
  readonly queue: QueueLocation;
};

/** What the API process gets: it verifies deliveries and holds no forge token. */
export interface ApiConfig extends BaseConfig {
  readonly webhooks: WebhookSecrets;
  /** Opens the admin pages; without it there are none. */
  readonly adminToken?: Secret;
}

/** What a worker gets: it talks to the forges and verifies nothing. */
export interface WorkerConfig extends BaseConfig {
  readonly gitlabToken: Secret;
  /** Present when a route has source-git on GitHub. */
  readonly githubToken?: Secret;
  /** Of a worker of its own only the secrets that make tokens, for the hooks of the bot's forks; often none. */
  readonly webhooks: WebhookSecrets;
}

/** What an admin's command gets: a token of whoever may set things up. Without a secret, hooks can be looked at but not made. */
export type AdminConfig = WorkerConfig;

/** The configuration for a role. */
export interface ConfigOf {
  readonly api: ApiConfig;
  readonly worker: WorkerConfig;
  readonly all: ApiConfig & WorkerConfig;
  readonly queue: BaseConfig;
  readonly admin: AdminConfig;
  readonly check: BaseConfig;
}

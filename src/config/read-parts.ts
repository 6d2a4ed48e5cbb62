// Reads files and environment: every part of a configuration that can be read, and every problem of all of them.
import { readFileSync } from "node:fs";
import { isAbsolute, join } from "node:path";
import type { QueueLocation } from "../model/queue-location.ts";
import { checkOptions } from "./check-options.ts";
import { ENVIRONMENTS, type EnvironmentName, type Role } from "./config.ts";
import { type Environment, readVariables, type SecretVariable, type Variables } from "./env.ts";
import type { Layer } from "./layers.ts";
import { packageRoot } from "./package-root.ts";
import type { ConfigProblem } from "./problem.ts";
import { DEFAULT_QUEUE, parseQueueUrl, QUEUE_FORMS } from "./queue-url.ts";
import { readFile } from "./read-file.ts";
import { environmentRules } from "./rules.ts";
import type { Options } from "./schema.ts";
import { readWebhookSecrets, type WebhookSecrets } from "./webhook-secrets.ts";

/** Where the configuration comes from. */
export interface ConfigSource {
  readonly env: Environment;
  /** Where relative paths start. Default: the process's working directory. */
  readonly cwd?: string;
  /** Directory of default.yaml and the environments' files. Default: the one that comes with Tandem. */
  readonly configDir?: string;
}

/** What could be read. Whatever is undefined is wrong, and among the problems. */
export interface ConfigParts {
  readonly environment: EnvironmentName | undefined;
  /** The files and variables that could be read. */
  readonly layers: readonly Layer[];
  /** Whether all files could be read: otherwise a value of a layer may not be the one that was meant. */
  readonly isWhole: boolean;
  readonly options: Options | undefined;
  readonly queue: QueueLocation | undefined;
  readonly webhooks: WebhookSecrets;
  readonly secret: Variables["secret"];
  readonly problems: readonly ConfigProblem[];
}

/**
 * Reads everything. No secret is part of a problem.
 * @param wanted the secrets to be read, others are left alone
 * @param role decides which of them have to be there
 */
export function readParts(source: ConfigSource, wanted: readonly SecretVariable[], role: Role): ConfigParts {
  const cwd = source.cwd ?? process.cwd();
  const variables = readVariables(source.env, wanted, readText);
  const environment = readEnvironmentName(variables.plain.TANDEM_ENV);
  const queue = readQueue(variables.secret.QUEUE_URL, cwd);
  const webhooks = readWebhookSecrets(variables.secret);
  const common = {
    queue: "kind" in queue ? queue : undefined,
    webhooks: webhooks.secrets,
    secret: variables.secret,
  };
  if (typeof environment !== "string") {
    const problems = [environment, ...variables.problems];
    return { ...common, environment: undefined, layers: [], isWhole: false, options: undefined, problems };
  }
  const files = readLayers(environment, source.configDir ?? join(packageRoot(), "config"), cwd, variables.plain);
  const { layers } = files;
  const isWhole = files.problems.length === 0;
  // With an unreadable file every value of it would be reported as missing: noise.
  const options = isWhole ? checkOptions(layers) : files.problems;
  const problems: readonly ConfigProblem[] = [
    ...variables.problems,
    ...(isOptions(options) ? [] : options),
    ...("kind" in queue ? [] : [queue]),
    ...webhooks.problems,
    ...environmentRules({ environment, role, layers, secret: variables.secret, unread: variables.problems }),
  ];
  return { ...common, environment, layers, isWhole, options: isOptions(options) ? options : undefined, problems };
}

const readText = (path: string): string => readFileSync(path, "utf8");

function isOptions(checked: Options | readonly ConfigProblem[]): checked is Options {
  return !Array.isArray(checked);
}

function readEnvironmentName(text = "development"): EnvironmentName | ConfigProblem {
  const name = ENVIRONMENTS.find((known) => known === text);
  if (name) return name;
  const origin = "environment variable TANDEM_ENV";
  return { origin, path: "TANDEM_ENV", value: JSON.stringify(text), expected: `one of ${ENVIRONMENTS.join(", ")}` };
}

function readLayers(
  environment: EnvironmentName,
  configDir: string,
  cwd: string,
  plain: Variables["plain"],
): { readonly layers: readonly Layer[]; readonly problems: readonly ConfigProblem[] } {
  const extra = plain.TANDEM_CONFIG;
  const paths = [join(configDir, "default.yaml"), join(configDir, `${environment}.yaml`)];
  if (extra !== undefined) paths.push(isAbsolute(extra) ? extra : join(cwd, extra));
  const layers: Layer[] = [];
  const problems: ConfigProblem[] = [];
  for (const path of paths) {
    const read = readFile(path, readText);
    if ("options" in read) layers.push(read);
    else problems.push(...read);
  }
  return { layers: [...layers, ...variableLayers(plain)], problems };
}

/** Variables that override an option, as layers of their own, so that a problem names the variable. */
function variableLayers({ GITLAB_URL, PORT, TANDEM_GIT_CACHE }: Variables["plain"]): readonly Layer[] {
  const layers: Layer[] = [];
  const add = (name: string, options: Layer["options"]) => {
    layers.push({ origin: `environment variable ${name}`, options });
  };
  if (GITLAB_URL !== undefined) add("GITLAB_URL", { gitlab: { url: GITLAB_URL } });
  if (PORT !== undefined) add("PORT", { listen: { port: /^\d{1,9}$/.test(PORT) ? Number(PORT) : PORT } });
  if (TANDEM_GIT_CACHE !== undefined) add("TANDEM_GIT_CACHE", { git: { cacheDir: TANDEM_GIT_CACHE } });
  return layers;
}

function readQueue(text: string | undefined, cwd: string): QueueLocation | ConfigProblem {
  const queue = parseQueueUrl(text ?? DEFAULT_QUEUE, cwd);
  if (queue) return queue;
  return { origin: "environment variable QUEUE_URL", path: "QUEUE_URL", value: "(not shown)", expected: QUEUE_FORMS };
}

// Loads the configuration once: files, then environment, all problems at once, and the result frozen.
import { readFileSync } from "node:fs";
import { isAbsolute, join } from "node:path";
import { TandemError } from "../model/errors.ts";
import type { QueueLocation } from "../model/queue-location.ts";
import { Secret } from "../model/secret.ts";
import { checkOptions } from "./check-options.ts";
import {
  type ApiConfig,
  type BaseConfig,
  type ConfigOf,
  ENVIRONMENTS,
  type EnvironmentName,
  type Role,
  type WorkerConfig,
} from "./config.ts";
import { deepFreeze } from "./deep-freeze.ts";
import { type Environment, readVariables, type SecretVariable, type Variables } from "./env.ts";
import type { Layer } from "./layers.ts";
import { packageRoot } from "./package-root.ts";
import { type ConfigProblem, formatProblem } from "./problem.ts";
import { DEFAULT_QUEUE, parseQueueUrl, QUEUE_FORMS } from "./queue-url.ts";
import { readFile } from "./read-file.ts";
import { environmentRules } from "./rules.ts";
import type { Options } from "./schema.ts";
import { readWebhookSecrets, WEBHOOK_VARIABLES } from "./webhook-secrets.ts";

/** Where the configuration comes from. */
export interface LoadOptions<R extends Role = Role> {
  readonly env: Environment;
  /** Decides which secrets are read and required. */
  readonly role: R;
  /** Where relative paths start. Default: the process's working directory. */
  readonly cwd?: string;
  /** Directory of default.yaml and the environments' files. Default: the one that comes with Tandem. */
  readonly configDir?: string;
}

/** A configuration, or everything that is wrong with it. */
export type CheckedConfig<R extends Role> =
  | { readonly ok: true; readonly config: ConfigOf[R] }
  | { readonly ok: false; readonly problems: readonly ConfigProblem[] };

const TOKENS = ["GITLAB_TOKEN", "GITHUB_TOKEN"] as const;
const SECRETS: Readonly<Record<Role, readonly SecretVariable[]>> = {
  api: [...WEBHOOK_VARIABLES, "QUEUE_URL", "ADMIN_TOKEN"],
  worker: [...TOKENS, "QUEUE_URL"],
  all: [...TOKENS, ...WEBHOOK_VARIABLES, "QUEUE_URL", "ADMIN_TOKEN"],
  queue: ["QUEUE_URL"],
  admin: [...TOKENS, ...WEBHOOK_VARIABLES, "QUEUE_URL"],
  check: [...TOKENS, ...WEBHOOK_VARIABLES, "QUEUE_URL", "ADMIN_TOKEN"],
};

/** Loads the configuration for a role. Throws kind `user`, code `config-invalid`, whose message lists every problem. */
export function loadConfig<R extends Role>(options: LoadOptions<R>): ConfigOf[R] {
  const checked = checkConfig(options);
  if (checked.ok) return checked.config;
  const { problems } = checked;
  const list = problems.map((problem) => `\n  ${formatProblem(problem)}`).join("");
  throw new TandemError("user", `The configuration cannot be used (problems: ${problems.length}):${list}`, {
    code: "config-invalid",
    fix: "Correct the values named above; `tandem config check` checks them again.",
  });
}

/** Like `loadConfig`, but returns the problems instead of throwing. */
export function checkConfig<R extends Role>({ env, role, cwd, configDir }: LoadOptions<R>): CheckedConfig<R> {
  const from = cwd ?? process.cwd();
  const variables = readVariables(env, SECRETS[role], readText);
  const environment = readEnvironmentName(variables.plain.TANDEM_ENV);
  if (typeof environment !== "string") return { ok: false, problems: [environment, ...variables.problems] };

  const files = readLayers(environment, configDir ?? join(packageRoot(), "config"), from, variables.plain);
  // With an unreadable file every value of it would be reported as missing: noise.
  const options = files.problems.length > 0 ? files.problems : checkOptions(files.layers);
  const queue = readQueue(variables.secret.QUEUE_URL, from);
  const webhooks = readWebhookSecrets(variables.secret);
  const problems: readonly ConfigProblem[] = [
    ...variables.problems,
    ...(isOptions(options) ? [] : options),
    ...("kind" in queue ? [] : [queue]),
    ...webhooks.problems,
    ...environmentRules({
      environment,
      role,
      layers: files.layers,
      secret: variables.secret,
      unread: variables.problems,
    }),
  ];
  if (problems.length > 0 || !isOptions(options) || !("kind" in queue)) return { ok: false, problems };

  const base: BaseConfig = { ...options, git: absoluteCache(options, from), environment, queue };
  const secrets = {
    ...(role === "api" || role === "all" || role === "admin" ? { webhooks: webhooks.secrets } : {}),
    ...(role === "api" || role === "all" ? adminToken(variables.secret) : {}),
    ...(role === "worker" || role === "all" || role === "admin" ? forgeTokens(variables.secret) : {}),
  };
  // The rules above made sure that the role's secrets are there.
  return { ok: true, config: deepFreeze({ ...base, ...secrets }) as ConfigOf[R] };
}

const readText = (path: string): string => readFileSync(path, "utf8");

function isOptions(checked: Options | readonly ConfigProblem[]): checked is Options {
  return !Array.isArray(checked);
}

/** GitLab's was demanded by the rules; GitHub's is there when a route needs it. */
function forgeTokens({
  GITLAB_TOKEN,
  GITHUB_TOKEN,
}: Variables["secret"]): Pick<WorkerConfig, "gitlabToken" | "githubToken"> {
  return {
    gitlabToken: new Secret(GITLAB_TOKEN ?? ""),
    ...(GITHUB_TOKEN === undefined ? {} : { githubToken: new Secret(GITHUB_TOKEN) }),
  };
}

function adminToken({ ADMIN_TOKEN }: Variables["secret"]): Pick<ApiConfig, "adminToken"> {
  return ADMIN_TOKEN === undefined ? {} : { adminToken: new Secret(ADMIN_TOKEN) };
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

function absoluteCache({ git }: Options, cwd: string): Options["git"] {
  return { ...git, cacheDir: isAbsolute(git.cacheDir) ? git.cacheDir : join(cwd, git.cacheDir) };
}

// Loads the configuration once: files, then environment, all problems at once, and the result frozen.
import { isAbsolute, join } from "node:path";
import { TandemError } from "../model/errors.ts";
import { Secret } from "../model/secret.ts";
import type { ApiConfig, BaseConfig, ConfigOf, Role, WorkerConfig } from "./config.ts";
import { deepFreeze } from "./deep-freeze.ts";
import type { SecretVariable, Variables } from "./env.ts";
import { type ConfigProblem, formatProblem } from "./problem.ts";
import { type ConfigSource, readParts } from "./read-parts.ts";
import type { Options } from "./schema.ts";
import { WEBHOOK_VARIABLES } from "./webhook-secrets.ts";

/** Where the configuration comes from, and what it is for. */
export interface LoadOptions<R extends Role = Role> extends ConfigSource {
  /** Decides which secrets are read and required. */
  readonly role: R;
}

/** A configuration, or everything that is wrong with it. */
export type CheckedConfig<R extends Role> =
  | { readonly ok: true; readonly config: ConfigOf[R] }
  | { readonly ok: false; readonly problems: readonly ConfigProblem[] };

const TOKENS = ["GITLAB_TOKEN", "GITHUB_TOKEN"] as const;
const SECRETS: Readonly<Record<Role, readonly SecretVariable[]>> = {
  api: [...WEBHOOK_VARIABLES, "QUEUE_URL", "ADMIN_TOKEN"],
  worker: [...TOKENS, "GITLAB_WEBHOOK_SECRET", "QUEUE_URL"],
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
export function checkConfig<R extends Role>({ role, ...source }: LoadOptions<R>): CheckedConfig<R> {
  const { problems, options, queue, environment, webhooks, secret } = readParts(source, SECRETS[role], role);
  if (problems.length > 0 || !options || !queue || !environment) return { ok: false, problems };

  const base: BaseConfig = { ...options, git: absoluteCache(options.git, source.cwd), environment, queue };
  const secrets = {
    ...(role === "queue" || role === "check" ? {} : { webhooks }),
    ...(role === "api" || role === "all" ? adminToken(secret) : {}),
    ...(role === "worker" || role === "all" || role === "admin" ? forgeTokens(secret) : {}),
  };
  // The rules above made sure that the role's secrets are there.
  return { ok: true, config: deepFreeze({ ...base, ...secrets }) as ConfigOf[R] };
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

/** The option with its directory counted from the working directory. */
export function absoluteCache(git: Options["git"], cwd = process.cwd()): Options["git"] {
  return { ...git, cacheDir: isAbsolute(git.cacheDir) ? git.cacheDir : join(cwd, git.cacheDir) };
}

// The only reader of process.env, and the list of all variables that Tandem reads.
import type { ConfigProblem } from "./problem.ts";

/** Environment variables by name. */
export type Environment = Readonly<Record<string, string | undefined>>;

/** The environment of this process. Call it once, in the entry point, and pass the result on. */
export function processEnvironment(): Environment {
  return process.env;
}

/** Variables that are no secrets. */
export const PLAIN_VARIABLES = ["TANDEM_ENV", "TANDEM_CONFIG", "TANDEM_GIT_CACHE", "GITLAB_URL", "PORT"] as const;
/** Variables that may also come from a file, named by the same variable with `_FILE`. */
export const SECRET_VARIABLES = [
  "GITLAB_TOKEN",
  "GITLAB_WEBHOOK_SECRET",
  "GITLAB_WEBHOOK_SIGNING_TOKENS",
  "GITHUB_TOKEN",
  "GITHUB_WEBHOOK_SECRET",
  "QUEUE_URL",
  "ADMIN_TOKEN",
] as const;

export type PlainVariable = (typeof PLAIN_VARIABLES)[number];
export type SecretVariable = (typeof SECRET_VARIABLES)[number];

/** The variables that are set. An empty value counts as not set, as compose files produce them. */
export interface Variables {
  readonly plain: Readonly<Partial<Record<PlainVariable, string>>>;
  readonly secret: Readonly<Partial<Record<SecretVariable, string>>>;
  readonly problems: readonly ConfigProblem[];
}

/** Reads a text file. Throws when it cannot be read. */
export type ReadText = (path: string) => string;

/** Names of secrets that a process needs. Others are not read, so that a process holds only what it needs. */
export function readVariables(env: Environment, wanted: readonly SecretVariable[], readText: ReadText): Variables {
  const problems: ConfigProblem[] = [];
  const plain: Partial<Record<PlainVariable, string>> = {};
  for (const name of PLAIN_VARIABLES) {
    const value = env[name]?.trim();
    if (value) plain[name] = value;
  }
  const secret: Partial<Record<SecretVariable, string>> = {};
  for (const name of wanted) {
    const read = readSecret(env, name, readText);
    if (typeof read === "string") secret[name] = read;
    else if (read) problems.push(read);
  }
  return { plain, secret, problems };
}

function readSecret(env: Environment, name: SecretVariable, readText: ReadText): string | ConfigProblem | undefined {
  const value = env[name]?.trim();
  const file = env[`${name}_FILE`]?.trim();
  if (!file) return value || undefined;
  const problem = { origin: `environment variable ${name}_FILE`, path: name };
  if (value) return { ...problem, value: "(not shown)", expected: `${name} or ${name}_FILE, not both` };
  try {
    const content = readText(file).trim();
    if (content !== "") return content;
    return { ...problem, value: "an empty file", expected: "a file that holds the secret" };
  } catch {
    return { ...problem, value: file, expected: "a file that can be read" };
  }
}

// What an environment demands beyond the schema, and which secrets a role cannot do without.
import type { EnvironmentName, Role } from "./config.ts";
import type { SecretVariable, Variables } from "./env.ts";
import { isMapping, type Layer, type Mapping, mergeLayers, originOf } from "./layers.ts";
import type { ConfigProblem } from "./problem.ts";

/** What the rules look at. */
export interface RuleInput {
  readonly environment: EnvironmentName;
  readonly role: Role;
  readonly layers: readonly Layer[];
  readonly secret: Variables["secret"];
  /** Problems of reading variables: what is reported there is not reported as missing once more. */
  readonly unread: readonly ConfigProblem[];
}

/** All rules that are broken. */
export function environmentRules(input: RuleInput): readonly ConfigProblem[] {
  return [
    ...missingSecrets(input),
    ...weakAdminToken(input),
    ...(input.environment === "production" ? productionRules(input) : []),
  ];
}

/** Whoever guesses it may remove jobs, and there is no limit to guessing. */
const ADMIN_TOKEN_LENGTH = 20;

function weakAdminToken({ secret: { ADMIN_TOKEN } }: RuleInput): readonly ConfigProblem[] {
  if (ADMIN_TOKEN === undefined || ADMIN_TOKEN.length >= ADMIN_TOKEN_LENGTH) return [];
  const expected = `at least ${ADMIN_TOKEN_LENGTH} characters, e.g. of \`openssl rand -hex 20\``;
  return [{ origin: "environment variable ADMIN_TOKEN", path: "ADMIN_TOKEN", value: "(not shown)", expected }];
}

/** A process that could only fail does not start. A check by hand needs no secrets, except for production. */
function missingSecrets({ role, environment, layers, secret, unread }: RuleInput): readonly ConfigProblem[] {
  if (role === "queue" || (role === "check" && environment !== "production")) return [];
  const isThere = (name: SecretVariable) => secret[name] !== undefined || unread.some(({ path }) => path === name);
  const usesGitHub = routesOf(layers).some(({ route }) => route.forge === "github");
  const problems: ConfigProblem[] = [];
  const demand = (expected: string, name: SecretVariable, ...others: readonly SecretVariable[]) => {
    if (![name, ...others].some(isThere)) problems.push(missing(name, expected));
  };
  if (role !== "api") {
    demand("the access token of the bot's account, here or in the file named by GITLAB_TOKEN_FILE", "GITLAB_TOKEN");
    if (usesGitHub) demand("the access token of the bot's GitHub account: a route has forge github", "GITHUB_TOKEN");
  }
  if (role !== "worker" && role !== "admin") {
    demand(
      "the secret of the webhook tokens, or GITLAB_WEBHOOK_SIGNING_TOKENS",
      "GITLAB_WEBHOOK_SECRET",
      "GITLAB_WEBHOOK_SIGNING_TOKENS",
    );
    if (usesGitHub) demand("the secret of GitHub's webhooks: a route has forge github", "GITHUB_WEBHOOK_SECRET");
  }
  return problems;
}

function productionRules({ role, layers, secret, unread }: RuleInput): readonly ConfigProblem[] {
  const problems: ConfigProblem[] = [];
  const queue = secret.QUEUE_URL;
  // An admin's machine need not reach the queue.
  const needsServer = role !== "admin" || queue !== undefined;
  const isServer = queue !== undefined && !queue.startsWith("embedded:");
  if (needsServer && !isServer && !unread.some(({ path }) => path === "QUEUE_URL")) {
    problems.push({
      origin: "environment variable QUEUE_URL",
      path: "QUEUE_URL",
      value: queue === undefined ? "(missing)" : "an embedded queue",
      expected: "redis://…, rediss://… or postgres://…: production does not run on the embedded queue",
    });
  }
  for (const { route, index } of routesOf(layers)) {
    if (route.copyCiFile !== true) continue;
    problems.push({
      origin: originOf(layers, ["routes", index, "copyCiFile"]),
      path: `routes.${index}.copyCiFile`,
      value: "true",
      expected: "false: a contributor's CI file must never reach a production dist-git",
    });
  }
  return problems;
}

/** The routes as the files have them: the rules speak up even when the schema has something to say. */
function routesOf(layers: readonly Layer[]): readonly { readonly route: Mapping; readonly index: number }[] {
  const { routes } = mergeLayers(layers);
  const list: readonly unknown[] = Array.isArray(routes) ? routes : [];
  return list.flatMap((route, index) => (isMapping(route) ? [{ route, index }] : []));
}

function missing(name: SecretVariable, expected: string): ConfigProblem {
  return { origin: `environment variable ${name}`, path: name, value: "(missing)", expected };
}

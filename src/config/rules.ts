// What an environment demands beyond the schema, and which secrets a role cannot do without.
import type { EnvironmentName, Role } from "./config.ts";
import type { Variables } from "./env.ts";
import { isMapping, type Layer, mergeLayers, originOf } from "./layers.ts";
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
  return [...missingSecrets(input), ...(input.environment === "production" ? productionRules(input) : [])];
}

/** A process that could only fail does not start. A check by hand needs no secrets, except for production. */
function missingSecrets({ role, environment, secret, unread }: RuleInput): readonly ConfigProblem[] {
  if (role === "check" && environment !== "production") return [];
  const reported = (name: string) => unread.some(({ path }) => path === name);
  const problems: ConfigProblem[] = [];
  if (role !== "api" && secret.GITLAB_TOKEN === undefined && !reported("GITLAB_TOKEN")) {
    problems.push(
      missing("GITLAB_TOKEN", "the access token of the bot's account, here or in the file named by GITLAB_TOKEN_FILE"),
    );
  }
  const keys = ["GITLAB_WEBHOOK_SECRET", "GITLAB_WEBHOOK_SIGNING_TOKENS"] as const;
  if (role !== "worker" && keys.every((name) => secret[name] === undefined && !reported(name))) {
    problems.push(
      missing("GITLAB_WEBHOOK_SECRET", "the secret of the webhook tokens, or GITLAB_WEBHOOK_SIGNING_TOKENS"),
    );
  }
  return problems;
}

function productionRules({ layers, secret, unread }: RuleInput): readonly ConfigProblem[] {
  const problems: ConfigProblem[] = [];
  const queue = secret.QUEUE_URL;
  if ((queue === undefined || queue.startsWith("embedded:")) && !unread.some(({ path }) => path === "QUEUE_URL")) {
    problems.push({
      origin: "environment variable QUEUE_URL",
      path: "QUEUE_URL",
      value: queue === undefined ? "(missing)" : "an embedded queue",
      expected: "redis://…, rediss://… or postgres://…: production does not run on the embedded queue",
    });
  }
  const { routes } = mergeLayers(layers);
  for (const [index, route] of (Array.isArray(routes) ? routes : []).entries()) {
    if (!isMapping(route) || route.copyCiFile !== true) continue;
    problems.push({
      origin: originOf(layers, ["routes", index, "copyCiFile"]),
      path: `routes.${index}.copyCiFile`,
      value: "true",
      expected: "false: a contributor's CI file must never reach a production dist-git",
    });
  }
  return problems;
}

function missing(name: string, expected: string): ConfigProblem {
  return { origin: `environment variable ${name}`, path: name, value: "(missing)", expected };
}

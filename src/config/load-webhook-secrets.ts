// The webhook secrets alone, for commands that need nothing else of the configuration.
import { readFileSync } from "node:fs";
import { userError } from "../model/errors.ts";
import { type Environment, readVariables } from "./env.ts";
import { formatProblem } from "./problem.ts";
import { readWebhookSecrets, WEBHOOK_VARIABLES, type WebhookSecrets } from "./webhook-secrets.ts";

/** Reads the webhook secrets, which may be none. Throws kind `user`, code `config-invalid`, when they are malformed. */
export function loadWebhookSecrets(env: Environment): WebhookSecrets {
  const variables = readVariables(env, WEBHOOK_VARIABLES, (path) => readFileSync(path, "utf8"));
  const { secrets, problems } = readWebhookSecrets(variables.secret);
  const all = [...variables.problems, ...problems];
  if (all.length === 0) return secrets;
  throw userError("config-invalid", all.map(formatProblem).join("\n"), { fix: "Correct the variables named above." });
}

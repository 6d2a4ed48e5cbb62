// The secrets that verify deliveries. Several values each, so that they can be rotated.
import { isNamespace } from "../model/project-path.ts";
import { Secret } from "../model/secret.ts";
import type { Variables } from "./env.ts";
import type { ConfigProblem } from "./problem.ts";

/** The signing token of one GitLab hook, and the namespace that the hook may speak for. */
export interface SigningToken {
  readonly namespace: string;
  /** `whsec_` and the key in base64, as GitLab shows it. */
  readonly token: Secret;
}

/** What verifies a delivery: keys of the JWTs in X-Gitlab-Token, and the signing tokens of hooks. */
export interface WebhookSecrets {
  /** The first one signs new tokens. */
  readonly jwtSecrets: readonly Secret[];
  readonly signingTokens: readonly SigningToken[];
}

/** Reads GITLAB_WEBHOOK_SECRET and GITLAB_WEBHOOK_SIGNING_TOKENS. No value is ever part of a problem. */
export function readWebhookSecrets(secret: Variables["secret"]): {
  readonly secrets: WebhookSecrets;
  readonly problems: readonly ConfigProblem[];
} {
  const jwtParts = parts(secret.GITLAB_WEBHOOK_SECRET);
  const tokens = parts(secret.GITLAB_WEBHOOK_SIGNING_TOKENS).map(parseSigningToken);
  const problems: ConfigProblem[] = [];
  if (jwtParts.includes("")) {
    problems.push(problem("GITLAB_WEBHOOK_SECRET", "one or more secrets, separated by commas, none of them empty"));
  }
  tokens.forEach((token, index) => {
    if (token) return;
    const which = `<namespace>=whsec_<base64> pairs, separated by commas; number ${index + 1} is not one`;
    problems.push(problem("GITLAB_WEBHOOK_SIGNING_TOKENS", which));
  });
  const jwtSecrets = jwtParts.map((part) => new Secret(part));
  return { secrets: { jwtSecrets, signingTokens: tokens.filter((token) => token !== undefined) }, problems };
}

function parts(text: string | undefined): readonly string[] {
  return text === undefined ? [] : text.split(",").map((part) => part.trim());
}

function parseSigningToken(text: string): SigningToken | undefined {
  const [, namespace = "", token = ""] = /^([^=]+)=(whsec_[A-Za-z0-9+/]+={0,2})$/.exec(text) ?? [];
  return isNamespace(namespace) ? { namespace, token: new Secret(token) } : undefined;
}

function problem(name: string, expected: string): ConfigProblem {
  return { origin: `environment variable ${name}`, path: name, value: "(not shown)", expected };
}

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

/** The variables that hold them. */
export const WEBHOOK_VARIABLES = [
  "GITLAB_WEBHOOK_SECRET",
  "GITLAB_WEBHOOK_SIGNING_TOKENS",
  "GITHUB_WEBHOOK_SECRET",
] as const;

/** What verifies a delivery: keys of the JWTs in X-Gitlab-Token, signing tokens of GitLab's hooks, GitHub's secrets. */
export interface WebhookSecrets {
  /** The first one signs new tokens. */
  readonly jwtSecrets: readonly Secret[];
  readonly signingTokens: readonly SigningToken[];
  /** Keys of X-Hub-Signature-256. */
  readonly githubSecrets: readonly Secret[];
}

/** Reads the variables. No value is ever part of a problem. */
export function readWebhookSecrets(secret: Variables["secret"]): {
  readonly secrets: WebhookSecrets;
  readonly problems: readonly ConfigProblem[];
} {
  const tokens = parts(secret.GITLAB_WEBHOOK_SIGNING_TOKENS).map(parseSigningToken);
  const problems: ConfigProblem[] = [];
  const secretsOf = (name: "GITLAB_WEBHOOK_SECRET" | "GITHUB_WEBHOOK_SECRET"): readonly Secret[] => {
    const values = parts(secret[name]);
    if (values.includes("")) {
      problems.push(problem(name, "one or more secrets, separated by commas, none of them empty"));
    }
    return values.map((value) => new Secret(value));
  };
  const jwtSecrets = secretsOf("GITLAB_WEBHOOK_SECRET");
  const githubSecrets = secretsOf("GITHUB_WEBHOOK_SECRET");
  tokens.forEach((token, index) => {
    if (token) return;
    const which = `<namespace>=whsec_<base64> pairs, separated by commas; number ${index + 1} is not one`;
    problems.push(problem("GITLAB_WEBHOOK_SIGNING_TOKENS", which));
  });
  const signingTokens = tokens.filter((token) => token !== undefined);
  return { secrets: { jwtSecrets, signingTokens, githubSecrets }, problems };
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

// Judges configuration and secrets. Of secrets it is told how long they are, and no more.
import { failed, notChecked, ok, type Remark, warning } from "./finding.ts";
import { count } from "./words.ts";

/** The configuration, as far as it can be judged. */
export interface ConfigFacts {
  /** Undefined when TANDEM_ENV names none. */
  readonly environment: string | undefined;
  /** One line each: where, what was found, what is expected. */
  readonly problems: readonly string[];
  readonly warnings: readonly { readonly path: string; readonly message: string; readonly fix: string }[];
  /** How many; undefined when they are among the problems. */
  readonly routes: number | undefined;
}

/** A line for each problem and each warning. */
export function judgeConfig({ environment, problems, warnings, routes }: ConfigFacts): readonly Remark[] {
  return [
    problems.length === 0
      ? ok("values", `accepted for the environment ${environment}`)
      : failed("values", count(problems.length, "problem"), "Correct what the lines below name."),
    ...problems.map((problem) => failed("problem", problem)),
    routes === undefined ? notChecked("routes", "they are among the problems") : judgeRoutes(routes),
    ...warnings.map(({ path, message, fix }) => warning(path, message, sentence(fix))),
  ];
}

function judgeRoutes(routes: number): Remark {
  if (routes > 0) return ok("routes", count(routes, "route"));
  return warning(
    "routes",
    "none is configured: nothing is served",
    "Name your routes in a file and set TANDEM_CONFIG.",
  );
}

function sentence(text: string): string {
  return `${text.charAt(0).toUpperCase()}${text.slice(1)}.`;
}

/** Which secrets there are. Lengths in characters. */
export interface SecretFacts {
  readonly webhookSecrets: readonly number[];
  /** How many hooks are signed with a token of GitLab's. */
  readonly signingTokens: number;
  readonly githubSecrets: readonly number[];
  readonly hasAdminToken: boolean;
  /** Whether a route has source-git on GitHub. */
  readonly usesGitHub: boolean;
}

/** Shorter keys than their hash make HMAC-SHA256 weaker (RFC 2104, 3): 32 bytes. */
const LENGTH = 32;
const MAKE = "Make one with `openssl rand -hex 32`";

/** A line for each secret that checks who knocks. */
export function judgeSecrets(facts: SecretFacts): readonly Remark[] {
  const { webhookSecrets, signingTokens, githubSecrets, hasAdminToken, usesGitHub } = facts;
  return [
    judgeWebhookSecret(webhookSecrets, signingTokens),
    ...(usesGitHub ? [judgeSecret("GITHUB_WEBHOOK_SECRET", githubSecrets)] : []),
    hasAdminToken
      ? ok("ADMIN_TOKEN", "is set: it opens /admin/queues")
      : ok("ADMIN_TOKEN", "is not set: there are no admin pages"),
  ];
}

function judgeWebhookSecret(lengths: readonly number[], signingTokens: number): Remark {
  const name = "GITLAB_WEBHOOK_SECRET";
  if (lengths.length > 0 || signingTokens === 0) return judgeSecret(name, lengths);
  return ok(name, `is not set: only the ${count(signingTokens, "hook")} with a signing token can deliver`);
}

function judgeSecret(name: string, lengths: readonly number[]): Remark {
  if (lengths.length === 0) return failed(name, "is not set: every delivery is refused", `${MAKE}, and set ${name}.`);
  const shortest = Math.min(...lengths);
  if (shortest < LENGTH) {
    const fix = `${MAKE}, put it first, and remove the short one when all hooks have new tokens.`;
    return warning(name, `has ${shortest} characters, and ${LENGTH} are good`, fix);
  }
  return ok(name, lengths.length === 1 ? "is set" : `is set, ${lengths.length} values`);
}

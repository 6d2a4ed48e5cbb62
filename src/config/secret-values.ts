// Every secret of a configuration as plain text, for the redactor of the logs and nothing else.
import type { ApiConfig, WorkerConfig } from "./config.ts";

/** Where they are. */
export type Secrets = Partial<
  Pick<ApiConfig & WorkerConfig, "queue" | "webhooks" | "gitlabToken" | "githubToken" | "adminToken">
>;

/** All secret texts that must never be printed. The password in the queue's URL counts by itself, too. */
export function secretValues(config: Secrets): readonly string[] {
  const { queue, webhooks, gitlabToken, githubToken, adminToken } = config;
  const values = [
    gitlabToken,
    githubToken,
    adminToken,
    ...(webhooks?.jwtSecrets ?? []),
    ...(webhooks?.githubSecrets ?? []),
    ...(webhooks?.signingTokens ?? []).map(({ token }) => token),
  ].flatMap((secret) => (secret ? [secret.reveal()] : []));
  if (!queue || queue.kind === "embedded") return values;
  const url = queue.url.reveal();
  const { password } = new URL(url);
  return [...values, url, ...(password === "" ? [] : [password, decoded(password)])];
}

/** Percent-encoding undone, where it is well-formed. */
function decoded(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}

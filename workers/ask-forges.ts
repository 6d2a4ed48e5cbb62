// How the forges are asked about the bot's tokens, outside of any job.
import { hostname } from "node:os";
import { createGitHubForge } from "../src/forge/github/github-forge.ts";
import { createGitLabAccount } from "../src/forge/gitlab/account.ts";
import type { ForgeCall } from "../src/forge/http/transport-options.ts";
import type { ForgeName } from "../src/model/ids.ts";
import type { WorkerSurroundings } from "./context.ts";
import type { AskForge } from "./token-watch.ts";

/** One question for each forge that the worker has a token for. */
export function forgesToAsk({ config, clock, metrics }: WorkerSurroundings): ReadonlyMap<ForgeName, AskForge> {
  const common = (signal: AbortSignal) => ({
    clock,
    random: Math.random,
    timeoutMs: config.limits.forgeSeconds * 1_000,
    signal,
    userAgent: `tandem (${hostname()})`,
    observe: ({ method, route, status, seconds }: ForgeCall) =>
      metrics.forgeCall(`${method} ${route}`, status || "error", seconds),
  });
  const { gitlabToken, githubToken, gitlab, github } = config;
  const asks = new Map<ForgeName, AskForge>([
    [
      "gitlab",
      async (signal) => {
        const account = createGitLabAccount({ ...common(signal), url: gitlab.url, token: gitlabToken });
        return (await account.readToken())?.endsAt;
      },
    ],
  ]);
  if (githubToken) {
    asks.set("github", async (signal) => {
      // GitHub tells in no answer's body when a token ends.
      await createGitHubForge({ ...common(signal), apiUrl: github.apiUrl, token: githubToken }).whoAmI();
      return undefined;
    });
  }
  return asks;
}

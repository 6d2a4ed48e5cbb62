// The real application on a real port, with a queue in memory and a clock that the test moves.

import { mintWebhookToken } from "../../../src/admin/hooks/make-token.ts";
import { type ApiDeps, createApp } from "../../../src/api/app.ts";
import type { JobQueue } from "../../../src/api/job-queue.ts";
import { listen } from "../../../src/api/listen.ts";
import { createVerifier } from "../../../src/api/verify-delivery.ts";
import { TandemError } from "../../../src/model/errors.ts";
import type { Job } from "../../../src/model/jobs.ts";
import type { Route } from "../../../src/model/routes.ts";
import { Secret } from "../../../src/model/secret.ts";
import { systemClock } from "../../../src/telemetry/clock.ts";
import { createLogger } from "../../../src/telemetry/logger.ts";
import { createMetrics } from "../../../src/telemetry/metrics.ts";
import { manualClock } from "../../support/manual-clock.ts";

export const SECRET = "the-present-jwt-secret";
export const OLD_SECRET = "the-former-jwt-secret";
export const GITHUB_SECRET = "the-present-github-secret";
export const OLD_GITHUB_SECRET = "the-former-github-secret";
export const SIGNING_KEY = Buffer.from("a signing key of thirty-two bytes").toString("base64");

const route: Route = {
  name: "test",
  forge: "gitlab",
  source: "group/src/{package}",
  branches: ["c9s"],
  dist: "group/rpms/{package}",
  distBranch: "{branch}",
  copyCiFile: false,
  patchComments: "full",
  onSourceMerge: "comment",
  backsync: true,
  trust: "anyone",
};
const onGitHub: Route = {
  ...route,
  name: "github",
  forge: "github",
  source: "org/{package}",
  dist: "group/hub/{package}",
};

/** What a test may set while the API runs. */
export type QueueState = "up" | "down" | "silent" | "broken";

/** What a test may want otherwise. */
export interface StartOptions extends Pick<ApiDeps, "admin" | "board"> {
  /** Largest body, in bytes. */
  readonly webhookBytes?: number;
  /** Default: a queue in memory that does what `queue.state` says. */
  readonly queue?: JobQueue;
}

/** Starts the API. Close it after the test. */
export async function startApi({ webhookBytes = 25 * 1024 * 1024, queue: realQueue, ...parts }: StartOptions = {}) {
  const clock = manualClock();
  // The real logger: what it prints is part of what is tested.
  const lines: string[] = [];
  const logger = createLogger({
    level: "debug",
    secrets: [SECRET, OLD_SECRET, GITHUB_SECRET, OLD_GITHUB_SECRET],
    write: (line) => lines.push(line),
  });
  const jobs = new Map<string, Job>();
  const queue = { state: "up" as QueueState };
  const answer = async (): Promise<void> => {
    if (queue.state === "down")
      throw new TandemError("environment", "redis://u:hidden-password@h is away", { code: "queue-unreachable" });
    if (queue.state === "broken") throw new Error("a bug with hidden-password in it");
    if (queue.state === "silent") await new Promise(() => {});
  };
  const port: JobQueue = {
    async enqueue(list, keyOf) {
      await answer();
      for (const job of list) jobs.set(keyOf(job), job);
    },
    ping: answer,
  };
  const webhooks = {
    jwtSecrets: [new Secret(SECRET), new Secret(OLD_SECRET)],
    signingTokens: [{ namespace: "group/src", token: new Secret(`whsec_${SIGNING_KEY}`) }],
    githubSecrets: [new Secret(GITHUB_SECRET), new Secret(OLD_GITHUB_SECRET)],
  };
  const app = createApp({
    routes: [route, onGitHub],
    sweepEverySeconds: 900,
    commandPrefix: "/tandem",
    webhookBytes,
    queue: realQueue ?? port,
    verifier: createVerifier(webhooks, clock),
    githubSecrets: webhooks.githubSecrets,
    clock,
    logger,
    metrics: createMetrics(),
    ...parts,
  });
  const server = await listen(app, { host: "127.0.0.1", port: 0, clock: systemClock });
  return { ...server, url: `http://127.0.0.1:${server.port}`, clock, lines, jobs, queue };
}

export type RunningApi = Awaited<ReturnType<typeof startApi>>;

/** A token for a namespace, or for one repository in it. */
export function tokenFor(namespace: string, repository?: string, secret = SECRET): Promise<string> {
  return mintWebhookToken(repository === undefined ? { namespace } : { namespace, repository }, new Secret(secret));
}

/** What an endpoint answered. */
export interface Answered {
  readonly status: number;
  readonly headers: Headers;
  readonly text: string;
  readonly body: {
    readonly status?: string;
    readonly jobs?: number;
    readonly reason?: string;
    readonly reasons?: readonly string[];
  };
}

/** Posts a delivery; `undefined` headers are left out. */
export async function post(
  api: RunningApi,
  payload: unknown,
  headers: Readonly<Record<string, string | undefined>> = {},
): Promise<Answered> {
  const all = { "Content-Type": "application/json", "X-Gitlab-Event": "Merge Request Hook", ...headers };
  const given = Object.entries(all).flatMap(([name, value]) =>
    value === undefined ? [] : [[name, value] as [string, string]],
  );
  const body = payload instanceof Uint8Array || typeof payload === "string" ? payload : JSON.stringify(payload);
  return request(`${api.url}/api/webhooks/gitlab`, { method: "POST", headers: given, body });
}

/** Asks, and reads the answer whole. */
export async function request(url: string, init?: RequestInit): Promise<Answered> {
  const response = await fetch(url, init);
  const text = await response.text();
  const isJson = response.headers.get("content-type")?.includes("json") && text !== "";
  return { status: response.status, headers: response.headers, text, body: isJson ? JSON.parse(text) : {} };
}

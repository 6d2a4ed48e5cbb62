// The API's express application. Making it opens nothing: tests and listen.ts decide where it listens.
import express, { type Express } from "express";
import { type GitHubWebhookDeps, githubWebhook } from "./github-webhook.ts";
import { gitlabWebhook, type WebhookDeps } from "./gitlab-webhook.ts";
import { healthz, metricsText, readyz } from "./health.ts";
import { methodNotAllowed, notFound, onError, securityHeaders } from "./refusals.ts";

/** All that the API needs from outside. It is given no forge token, and needs none. */
export type ApiDeps = WebhookDeps & GitHubWebhookDeps;

/** Makes the application with all its endpoints. */
export function createApp(deps: ApiDeps): Express {
  const app = express();
  app.disable("x-powered-by");
  app.disable("etag");
  app.enable("case sensitive routing");
  app.set("query parser", false);
  app.use(securityHeaders);
  app.route("/api/webhooks/gitlab").post(gitlabWebhook(deps)).all(methodNotAllowed("POST"));
  app.route("/api/webhooks/github").post(githubWebhook(deps)).all(methodNotAllowed("POST"));
  app.route("/api/healthz").get(healthz).all(methodNotAllowed("GET", "HEAD"));
  app.route("/api/readyz").get(readyz(deps)).all(methodNotAllowed("GET", "HEAD"));
  app.route("/metrics").get(metricsText(deps.metrics)).all(methodNotAllowed("GET", "HEAD"));
  app.use(notFound);
  app.use(onError(deps.logger));
  return app;
}

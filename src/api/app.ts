// The express applications: the API's, and the small one of a worker process. Making one opens nothing: tests and
// listen.ts decide where it listens.
import express, { type Express } from "express";
import { sidesOf } from "../model/delivery-side.ts";
import type { Logger } from "../model/logger.ts";
import { type AdminDeps, adminPages } from "./admin/pages.ts";
import type { Board } from "./board.ts";
import { loadAssets, serveAsset } from "./dashboard/assets.ts";
import { dashboardPages } from "./dashboard/pages.ts";
import { type GitHubWebhookDeps, githubWebhook } from "./github-webhook.ts";
import { gitlabWebhook, type WebhookDeps } from "./gitlab-webhook.ts";
import {
  healthz,
  type MetricsDeps,
  metricsText,
  queueCheck,
  type ReadyCheck,
  type ReadyDeps,
  readyz,
} from "./health.ts";
import { boardJson } from "./json/board-json.ts";
import { methodNotAllowed, notFound, onError, securityHeaders } from "./refusals.ts";

/** All that the API needs from outside. It is given no forge token, and needs none. */
export type ApiDeps = WebhookDeps &
  GitHubWebhookDeps &
  MetricsDeps & {
    /** What readiness looks at beside the queue. */
    readonly checks?: readonly ReadyCheck[];
    /** Without it there are no admin pages. */
    readonly admin?: Pick<AdminDeps, "token" | "queues"> | undefined;
    /** Where the pages and the JSON about pairs come from. Without it there are none. */
    readonly board?: Board;
    /** How often each route is swept: the pages warn of sweeps that are late. */
    readonly sweepEverySeconds: number;
  };

/** What the application of a worker process needs. */
export type ProbesDeps = ReadyDeps & MetricsDeps & { readonly logger: Logger };

/** Makes the application with all its endpoints. */
export function createApp(deps: ApiDeps): Express {
  for (const side of sidesOf(deps.routes)) deps.metrics.delivered(side, deps.clock.now());
  const app = createBare();
  app.route("/api/webhooks/gitlab").post(gitlabWebhook(deps)).all(methodNotAllowed("POST"));
  app.route("/api/webhooks/github").post(githubWebhook(deps)).all(methodNotAllowed("POST"));
  addPages(app, deps);
  addProbes(app, { ...deps, checks: [queueCheck(deps.queue), ...(deps.checks ?? [])] });
  return closeWith(app, deps.logger);
}

/** Makes the application of a process that takes no deliveries: health, readiness and metrics. */
export function createProbesApp(deps: ProbesDeps): Express {
  const app = createBare();
  addProbes(app, deps);
  return closeWith(app, deps.logger);
}

function addPages(app: Express, { board, admin, routes, sweepEverySeconds, clock, logger }: ApiDeps): void {
  const assets = loadAssets();
  for (const asset of [assets.style, assets.script])
    app.route(asset.path).get(serveAsset(asset)).all(methodNotAllowed("GET", "HEAD"));
  if (admin) app.use("/admin", adminPages({ ...admin, assets, clock, logger }));
  if (board) {
    const expected = { routes: routes.map(({ name }) => name), sweepEverySeconds };
    app.use(dashboardPages({ board, token: admin?.token, expected, assets, clock, logger }));
    app.use(boardJson({ board, token: admin?.token, clock, logger }));
  }
}

function createBare(): Express {
  const app = express();
  app.disable("x-powered-by");
  app.disable("etag");
  app.enable("case sensitive routing");
  app.set("query parser", false);
  app.use(securityHeaders);
  return app;
}

function addProbes(app: Express, deps: ProbesDeps): void {
  app.route("/api/healthz").get(healthz).all(methodNotAllowed("GET", "HEAD"));
  app.route("/api/readyz").get(readyz(deps)).all(methodNotAllowed("GET", "HEAD"));
  app.route("/metrics").get(metricsText(deps)).all(methodNotAllowed("GET", "HEAD"));
}

function closeWith(app: Express, logger: Logger): Express {
  app.use(notFound);
  app.use(onError(logger));
  return app;
}

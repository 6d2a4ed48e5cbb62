// The GitLab double: an HTTP server that behaves as GitLab does towards a merge-request bot. See README.md.
import { mkdir } from "node:fs/promises";
import type { AddressInfo } from "node:net";
import { join, resolve } from "node:path";
import { Admin } from "./admin/admin.ts";
import { type ApiAnswer, type ApiRequest, requestApi } from "./admin/request-api.ts";
import { View } from "./admin/view.ts";
import type { App } from "./app.ts";
import { Faults } from "./faults/faults.ts";
import { BareRepository } from "./git/bare-repository.ts";
import { installPushGuard } from "./git/push-guard.ts";
import { createDoubleServer } from "./http/server.ts";
import { mergeWaiting } from "./merge-requests/auto-merge.ts";
import { Activity } from "./state/activity.ts";
import type { Pipeline } from "./state/ci-types.ts";
import { type Delivery, Logs } from "./state/logs.ts";
import { defaultSettings, type Settings } from "./state/settings.ts";
import { World } from "./state/world.ts";
import { Dispatcher } from "./webhooks/dispatcher.ts";

/** How a double is started. */
export interface GitLabDoubleOptions {
  /** Folder for the repositories; created when missing. */
  readonly dataDir: string;
  /** Default 0: any free port. */
  readonly port?: number;
  /** Default 127.0.0.1. */
  readonly host?: string;
  readonly pipelineStepMs?: number;
  readonly forkDelayMs?: number;
  /** Hears one line per event worth telling. */
  readonly logger?: (line: string) => void;
}

/** A running double. */
export interface GitLabDouble {
  /** Base URL without a trailing slash. */
  readonly url: string;
  /** Sets the world up. */
  readonly admin: Admin;
  /** Looks at the world. */
  readonly view: View;
  /** Switches faults on. */
  readonly faults: Faults;
  /** Switches of behaviour; may be changed at any time. */
  readonly settings: Settings;
  /** Requests and deliveries so far. */
  readonly logs: Logs;
  /** A request to the API with a token, for tests and scripts. */
  request(method: string, path: string, options?: ApiRequest): Promise<ApiAnswer>;
  /** Sends a delivery of the log again, with the same `Idempotency-Key`. */
  redeliver(deliveryId: number): Promise<Delivery>;
  /** Sends held deliveries: in order, reversed, or as the function arranges them. */
  releaseDeliveries(order?: Parameters<Dispatcher["releaseHeld"]>[0]): void;
  /** Resolves when no request, delivery, fork or pipeline step is under way. */
  idle(): Promise<void>;
  /** Stops the server and all timers. The files stay. */
  close(): Promise<void>;
}

/** Starts a double. It takes well under 200 ms and starts no process. */
export async function startGitLabDouble(options: GitLabDoubleOptions): Promise<GitLabDouble> {
  const app = createApp(options);
  await mkdir(join(app.dataDir, "repositories"), { recursive: true });
  await installPushGuard(join(app.dataDir, "hooks"));
  const server = createDoubleServer(app);
  const host = options.host ?? "127.0.0.1";
  await new Promise<void>((done, failed) => {
    server.once("error", failed);
    server.listen(options.port ?? 0, host, () => done());
  });
  const url = `http://${host}:${(server.address() as AddressInfo).port}`;
  app.listening(url);
  return {
    url,
    admin: new Admin(app),
    view: new View(app),
    faults: app.faults,
    settings: app.settings,
    logs: app.logs,
    request: (method, path, request) => requestApi(url, method, path, request),
    redeliver: (deliveryId) => app.dispatcher.redeliver(deliveryId),
    releaseDeliveries: (order) => app.dispatcher.releaseHeld(order),
    idle: () => app.activity.idle(),
    close: () => {
      for (const timer of app.timers) clearTimeout(timer);
      app.dispatcher.close();
      server.closeAllConnections();
      return new Promise((done) => server.close(() => done()));
    },
  };
}

function createApp(options: GitLabDoubleOptions): App & { readonly listening: (url: string) => void } {
  const log = options.logger ?? (() => undefined);
  const repositories = new Map<number, BareRepository>();
  const dataDir = resolve(options.dataDir);
  const settings = defaultSettings();
  settings.pipelineStepMs = options.pipelineStepMs ?? settings.pipelineStepMs;
  settings.forkDelayMs = options.forkDelayMs ?? settings.forkDelayMs;
  let url = "";
  const services = {
    dataDir,
    world: new World(),
    settings,
    activity: new Activity((error) => {
      log(`fault of the double: ${error instanceof Error ? error.stack : String(error)}`);
    }),
    logs: new Logs(),
    faults: new Faults(),
    timers: new Set<NodeJS.Timeout>(),
    log,
    repository: (projectId: number): BareRepository => {
      const known = repositories.get(projectId);
      if (known !== undefined) return known;
      const added = new BareRepository(join(dataDir, "repositories", `${projectId}.git`));
      repositories.set(projectId, added);
      return added;
    },
  };
  const app = {
    ...services,
    get url() {
      return url;
    },
    get dispatcher(): Dispatcher {
      return dispatcher;
    },
    pipelineEnded: (pipeline: Pipeline) => mergeWaiting(app, pipeline),
    listening: (address: string) => {
      url = address;
    },
  };
  const dispatcher = new Dispatcher(app);
  return app;
}

// The GitHub double: an HTTP server that behaves as GitHub does towards a bot. See README.md.
import { mkdir } from "node:fs/promises";
import type { AddressInfo } from "node:net";
import { resolve } from "node:path";
import { Activity } from "../gitlab-double/state/activity.ts";
import { Admin } from "./admin.ts";
import type { App, RequestRecord, Settings } from "./app.ts";
import { Faults } from "./faults.ts";
import { createDoubleServer } from "./server.ts";
import { Webhooks } from "./webhooks.ts";
import { World } from "./world.ts";

/** How a double is started. */
export interface GitHubDoubleOptions {
  /** Folder for the repositories; created when missing. */
  readonly dataDir: string;
  /** Default 0: any free port. */
  readonly port?: number;
  readonly forkDelayMs?: number;
}

/** A running double. */
export interface GitHubDouble {
  /** Base URL without a trailing slash: `github.url` of the configuration. */
  readonly url: string;
  /** Base URL of the API: `github.apiUrl` of the configuration. */
  readonly apiUrl: string;
  /** Sets the world up. */
  readonly admin: Admin;
  /** The live world: read it, do not write it. */
  readonly world: World;
  readonly faults: Faults;
  readonly settings: Settings;
  /** Requests so far, oldest first. */
  readonly requests: readonly RequestRecord[];
  /** Requests that the double did not know. A test asserts that there are none. */
  readonly unknownRequests: readonly RequestRecord[];
  readonly webhooks: Webhooks;
  /** Resolves when no request, delivery or fork is under way. */
  idle(): Promise<void>;
  /** Stops the server. The files stay. */
  close(): Promise<void>;
}

/** Starts a double. */
export async function startGitHubDouble(options: GitHubDoubleOptions): Promise<GitHubDouble> {
  const dataDir = resolve(options.dataDir);
  await mkdir(dataDir, { recursive: true });
  const failures: unknown[] = [];
  const activity = new Activity((error) => failures.push(error));
  const faults = new Faults();
  let url = "";
  const app: App = {
    dataDir,
    get url() {
      return url;
    },
    world: new World(),
    settings: { forkDelayMs: options.forkDelayMs ?? 20 },
    faults,
    activity,
    webhooks: new Webhooks(faults, activity),
    requests: [],
  };
  const server = createDoubleServer(app);
  await new Promise<void>((done, failed) => {
    server.once("error", failed);
    server.listen(options.port ?? 0, "127.0.0.1", () => done());
  });
  url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  return {
    url,
    apiUrl: `${url}/api/v3`,
    admin: new Admin(app),
    world: app.world,
    faults,
    settings: app.settings,
    requests: app.requests,
    get unknownRequests() {
      return app.requests.filter(({ unknown }) => unknown);
    },
    webhooks: app.webhooks,
    async idle() {
      await activity.idle();
      if (failures.length > 0) throw failures[0];
    },
    async close() {
      server.closeAllConnections();
      await new Promise((done) => server.close(done));
    },
  };
}

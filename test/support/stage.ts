// A stage for whole stories: a GitLab double with two groups, a bot, a contributor and hooks, and Tandem as a process.
import { join } from "node:path";
import { mintWebhookToken } from "../../src/admin/hooks/make-token.ts";
import { Secret } from "../../src/model/secret.ts";
import { type GitLabDouble, type GitLabDoubleOptions, startGitLabDouble } from "../gitlab-double/gitlab-double.ts";
import type { MergeRequest } from "../gitlab-double/state/types.ts";
import { eventually } from "./eventually.ts";
import { freePort } from "./free-port.ts";
import { type Account, createPackage, type Package, type PackageOptions } from "./package.ts";
import { hasRedis, startRedis } from "./redis-server.ts";
import { type Service, type ServiceOptions, startService } from "./service.ts";

/** What a stage is set with. */
export interface StageOptions {
  readonly home: string;
  readonly environment?: ServiceOptions["environment"];
  /** Address of a queue, or `embedded`. Default: a Redis of the stage's own where the machine has one, as it is quicker. */
  readonly queue?: string;
  readonly config?: object;
  readonly double?: Partial<GitLabDoubleOptions>;
  readonly port?: number;
  /** API and workers as processes of their own, as in production; needs a queue on a server. Default: one process. */
  readonly split?: boolean;
  /** Namespaces of source-git and dist-git; default those of the staging configuration. */
  readonly groups?: { readonly source: string; readonly dist: string };
  readonly onLog?: ServiceOptions["onLog"];
  readonly secretsIn?: ServiceOptions["secretsIn"];
  readonly secrets?: ServiceOptions["secrets"];
  readonly botToken?: string;
  /** False: the groups have no webhooks, and somebody has to make them. */
  readonly hooks?: boolean;
}

/** The stage, with everything on it. */
export interface Stage {
  readonly double: GitLabDouble;
  readonly bot: Account;
  readonly alice: Account;
  readonly service: Service;
  /** All processes of Tandem: the service, and the worker where it is one of its own. */
  readonly processes: readonly Service[];
  /** Starts the service again after it was stopped or killed; hooks keep their address. */
  restart(): Promise<void>;
  package(name: string, options?: Pick<PackageOptions, "hasCi">): Promise<Package>;
  /** The dist-git merge request of a source merge request, if there is one. */
  distMergeRequest(pkg: Package, iid: number): MergeRequest | undefined;
  /** The bot's comments on a merge request. */
  comments(mergeRequest: MergeRequest): readonly string[];
  close(): Promise<void>;
}

export const WEBHOOK_SECRET = "stage-webhook-secret-0123456789abcdef";
export const BOT_TOKEN = "glpat-stage-bot-token";

/** Resolves when the service's first sweep is over. Before that it may find what a test means for somebody else. */
export async function firstSweep(stage: Stage): Promise<void> {
  const isSwept = () => stage.service.log.some(({ queue, state }) => queue === "sweep" && state !== undefined);
  await eventually(isSwept, { what: "the service's first sweep" });
}

/** Sets the stage: resolves when Tandem runs and the hooks point to it. */
export async function setStage(options: StageOptions): Promise<Stage> {
  const groups = options.groups ?? { source: "packit-service/src", dist: "packit-service/rpms" };
  const double = await startGitLabDouble({ dataDir: join(options.home, "gitlab"), ...options.double });
  const { admin, view } = double;
  const bot: Account = admin.createUser("tandem-bot", { name: "Tandem", token: options.botToken ?? BOT_TOKEN });
  const alice: Account = admin.createUser("alice", { name: "Alice Contributor" });
  for (const path of [groups.source, groups.dist]) admin.createGroup(path);

  const ownRedis = options.queue === undefined && hasRedis ? await startRedis() : undefined;
  const queueUrl = options.queue === "embedded" ? undefined : (options.queue ?? ownRedis?.url);
  // Pipelines of a pair run in the bot's fork, which no group hook covers: with this address Tandem gives it a hook.
  const apiPort = options.port ?? (await freePort());
  const publicUrl = `http://127.0.0.1:${apiPort}`;
  const start = (command: "start" | "api" | "worker", port?: number) =>
    startService({
      command,
      home: join(options.home, "tandem"),
      environment: options.environment ?? "staging",
      gitlabUrl: double.url,
      token: bot.token,
      webhookSecret: WEBHOOK_SECRET,
      ...(queueUrl === undefined ? {} : { queueUrl }),
      config: { publicUrl, ...options.config },
      ...(options.onLog === undefined ? {} : { onLog: options.onLog }),
      ...(options.secretsIn === undefined ? {} : { secretsIn: options.secretsIn }),
      ...(options.secrets === undefined ? {} : { secrets: options.secrets }),
      ...(port === undefined ? {} : { port }),
    });
  const worker = options.split ? await start("worker") : undefined;
  const main = options.split ? "api" : "start";
  let service = await start(main, apiPort);
  if (options.hooks !== false) await addGroupHooks(double, { ...groups, url: `${service.url}/api/webhooks/gitlab` });
  return {
    double,
    bot,
    alice,
    get service() {
      return service;
    },
    get processes() {
      return [service, ...(worker ? [worker] : [])];
    },
    restart: async () => {
      service = await start(main, apiPort);
    },
    package: (name, more) =>
      createPackage(double, { name, source: `${groups.source}/${name}`, dist: `${groups.dist}/${name}`, ...more }),
    distMergeRequest: (pkg, iid) => {
      const found = view.mergeRequests(pkg.dist).filter((each) => each.sourceBranch === `src-${iid}-${pkg.branch}`);
      if (found.length > 1) throw new Error(`there are ${found.length} dist-git merge requests for !${iid}`);
      return found[0];
    },
    comments: (mergeRequest) =>
      view
        .notes(mergeRequest)
        .filter((note) => note.authorId === bot.user.id)
        .map((note) => note.body),
    close: async () => {
      await Promise.all([service.stop(), worker?.stop()]);
      await double.close();
      await ownRedis?.stop();
    },
  };
}

/** The webhooks of both groups, as an admin makes them by hand. */
async function addGroupHooks(
  { admin }: GitLabDouble,
  { source, dist, url }: { readonly source: string; readonly dist: string; readonly url: string },
): Promise<void> {
  const tokenFor = (namespace: string) => mintWebhookToken({ namespace }, new Secret(WEBHOOK_SECRET));
  admin.addHook(admin.createGroup(source), { url, token: await tokenFor(source), events: ["merge_requests", "note"] });
  admin.addHook(admin.createGroup(dist), {
    url,
    token: await tokenFor(dist),
    events: ["pipeline", "push", "note", "merge_requests"],
  });
}

// A small world on a fresh double: one project, its maintainer, a bot without rights, and a receiver of webhooks.
import { mkdtemp, rm } from "node:fs/promises";
import { createServer, type IncomingHttpHeaders, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll } from "@jest/globals";
import { type GitLabDouble, type GitLabDoubleOptions, startGitLabDouble } from "../../gitlab-double/gitlab-double.ts";
import type { MergeRequest, Project, User } from "../../gitlab-double/state/types.ts";

/** CI file whose one job runs in merge request pipelines only. */
export const MERGE_REQUEST_CI = `check:
  script: [echo fine]
  rules:
    - if: $CI_PIPELINE_SOURCE == "merge_request_event"
`;

/** A delivery as it arrived. */
export interface Received {
  readonly headers: IncomingHttpHeaders;
  readonly raw: string;
  // Payloads have the shape of their kind; each test knows which.
  readonly body: Record<string, unknown>;
}

/** The world. */
export interface SmallWorld {
  readonly double: GitLabDouble;
  readonly dir: string;
  readonly alice: { readonly user: User; readonly token: string };
  readonly bot: { readonly user: User; readonly token: string };
  readonly project: Project;
  readonly received: Received[];
  readonly receiverUrl: string;
  /** Request as the bot; throws nothing. */
  bots(method: string, path: string, body?: unknown): Promise<Answer>;
  /** Request as alice. */
  alices(method: string, path: string, body?: unknown): Promise<Answer>;
  /** The bot's ready fork with a branch `feature` that changes a.txt. */
  makeFork(): Promise<Project>;
  /** A merge request of the bot from its fork. */
  openMergeRequest(fork: Project, more?: Readonly<Record<string, unknown>>): Promise<MergeRequest>;
}

/** An API answer with its body open for looking into. */
export interface Answer {
  readonly status: number;
  readonly headers: Headers;
  readonly body: Record<string, unknown>;
}

/** Starts the world; it is taken down after the file's last test. */
export async function startWorld(options: Partial<GitLabDoubleOptions> = {}): Promise<SmallWorld> {
  const dir = await mkdtemp(join(tmpdir(), "gitlab-double-"));
  const double = await startGitLabDouble({ dataDir: join(dir, "data"), ...options });
  const received: Received[] = [];
  const receiver = await startReceiver(received);
  afterAll(async () => {
    await double.close();
    receiver.closeAllConnections();
    receiver.close();
    await rm(dir, { recursive: true, force: true });
  });
  const alice = double.admin.createUser("alice");
  const bot = double.admin.createUser("bot");
  const project = await double.admin.createProject("top/rpms/pkg", {
    files: { "a.txt": "one\n", ".gitlab-ci.yml": MERGE_REQUEST_CI },
  });
  double.admin.addMember(project, alice.user, 40);
  const as = (token: string) => async (method: string, path: string, body?: unknown) =>
    (await double.request(method, path, { token, ...(body === undefined ? {} : { body }) })) as Answer;
  const bots = as(bot.token);
  const makeFork = async (): Promise<Project> => {
    await bots("POST", `/projects/${project.id}/fork`, {});
    await double.idle();
    const [fork] = double.view.forks(project);
    if (fork === undefined) throw new Error("no fork was made");
    const files = { "a.txt": "two\n" };
    await double.admin.commit(fork, { branch: "feature", message: "Say two\n", files, user: bot.user });
    return fork;
  };
  const openMergeRequest = async (fork: Project, more = {}): Promise<MergeRequest> => {
    const body = { source_branch: "feature", target_branch: "main", target_project_id: project.id, title: "Two" };
    const answer = await bots("POST", `/projects/${fork.id}/merge_requests`, { ...body, ...more });
    const found = double.view.mergeRequests(project).find((mr) => mr.iid === answer.body.iid);
    if (found === undefined) throw new Error(`no merge request: ${JSON.stringify(answer.body)}`);
    return found;
  };
  const receiverUrl = `http://127.0.0.1:${(receiver.address() as AddressInfo).port}/hook`;
  const people = { alice, bot, bots, alices: as(alice.token) };
  return { double, dir, project, received, receiverUrl, makeFork, openMergeRequest, ...people };
}

function startReceiver(received: Received[]): Promise<Server> {
  const server = createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on("data", (chunk: Buffer) => chunks.push(chunk));
    request.on("end", () => {
      const raw = Buffer.concat(chunks).toString("utf8");
      received.push({ headers: request.headers, raw, body: JSON.parse(raw) as Record<string, unknown> });
      response.writeHead(202).end("accepted");
    });
  });
  return new Promise((done) => server.listen(0, "127.0.0.1", () => done(server)));
}

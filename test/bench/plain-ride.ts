// What nobody can do without, for the same change and against the same double: git fetches both repositories, makes a patch,
// commits and pushes it, and a number of requests is answered. No decision, no spec, no queue.
import { execFile } from "node:child_process";
import { existsSync, mkdirSync } from "node:fs";
import { join } from "node:path";
import { promisify } from "node:util";
import type { Contribution, Package } from "../support/package.ts";
import type { Stage } from "../support/stage.ts";
import { gitEnvironment } from "./make-pair.ts";

const run = promisify(execFile);

/** Somewhere to work, and who pays. */
export interface PlainRide {
  readonly stage: Pick<Stage, "double" | "bot">;
  readonly pkg: Package;
  /** Directory for clones; they are kept from ride to ride. */
  readonly home: string;
  /** Calls of the forge's API. */
  readonly calls: number;
}

/** Does the work. Resolves with the milliseconds that it took; making the first clone is not counted. */
export async function plainRide(options: PlainRide, { mergeRequest }: Contribution): Promise<number> {
  const { stage, pkg, home, calls } = options;
  const { double, bot } = stage;
  const directory = join(home, pkg.name);
  const urlOf = (path: string) => `${double.url.replace("://", `://bot:${bot.token}@`)}/${path}.git`;
  const [source, dist] = [pkg.source, pkg.dist].map((project) => urlOf(double.view.pathOf(project)));
  const fork = double.view.forks(pkg.dist).find(({ creatorId }) => creatorId === bot.user.id);
  if (!source || !dist || !fork) throw new Error(`${pkg.name} has no fork yet`);
  const git = (...args: readonly string[]) => run("git", ["-C", directory, ...args], { env: gitEnvironment() });
  if (!existsSync(directory)) {
    mkdirSync(directory, { recursive: true });
    await git("init", "-q", "--initial-branch=none");
    await git("fetch", "-q", source, "+refs/tags/*:refs/tags/*");
    await git("fetch", "-q", dist, `+${pkg.branch}:dist`);
    await git("switch", "-q", "--detach", "dist");
  }
  const started = performance.now();
  const head = `refs/merge-requests/${mergeRequest.iid}/head`;
  const target = `+${pkg.branch}:target`;
  await git("fetch", "-q", "--no-tags", source, `+${head}:source`, target, "+refs/tags/*:refs/tags/*");
  await git("fetch", "-q", "--no-tags", "--update-head-ok", dist, `+${pkg.branch}:dist`);
  await git("switch", "-q", "--detach", "dist");
  await git("format-patch", "-q", "-N", "-o", directory, "target..source");
  await git("add", "-A");
  await git("commit", "-q", "-m", mergeRequest.title);
  await git("push", "-q", urlOf(double.view.pathOf(fork)), `HEAD:refs/heads/plain-${mergeRequest.iid}`);
  for (let call = 0; call < calls; call++)
    await double.request("GET", `/projects/${pkg.source.id}/merge_requests/${mergeRequest.iid}`, { token: bot.token });
  return performance.now() - started;
}

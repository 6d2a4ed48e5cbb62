// Performs `package add`.
import { mkdir, mkdtemp, rm } from "node:fs/promises";
import { dirname } from "node:path";
import { engineLimits } from "../../workers/engine-limits.ts";
import { type AddDeps, type AddedPackage, type AddLook, addPackage, lookAtPackage } from "../admin/packages/add.ts";
import { branchText } from "../admin/packages/standing-text.ts";
import { stepText } from "../admin/packages/step-text.ts";
import { createGitLabProjectAdmin } from "../forge/gitlab/project-admin.ts";
import { openBareRepository } from "../git/bare-repository.ts";
import type { Remote, Repository } from "../git/repository.ts";
import { checkUrl } from "../git/validate.ts";
import { type AdminSession, packageHooks, withAdminSession } from "./admin-session.ts";
import { chooseRoutes } from "./choose-routes.ts";
import type { CliContext } from "./context.ts";
import { EXIT_USER } from "./exit-code.ts";

/** What was asked for. */
export interface PackageAddRequest {
  readonly package: string;
  readonly route: string;
  /** Addresses of the repositories that it comes from. */
  readonly from: string;
  readonly dist: string;
  readonly dryRun: boolean;
  readonly json: boolean;
}

/** Adds a package, or prints how. Throws what looking and doing throw. */
export async function runPackageAdd(context: CliContext, request: PackageAddRequest): Promise<void> {
  await withAdminSession(context, (session) =>
    withStore(session, async (repository) => {
      const [route] = chooseRoutes(session.config.routes, request.route);
      if (!route) return;
      const from = { source: remoteAt(session, request.from), dist: remoteAt(session, request.dist) };
      const deps = await depsOf(session, repository);
      const look = await lookAtPackage(deps, { package: request.package, route, from });
      if (request.dryRun) printSteps(context, look, request);
      else printResult(context, await addPackage(deps, look), request);
    }),
  );
}

async function depsOf(session: AdminSession, repository: Repository): Promise<AddDeps> {
  const { config, tools, gitlab, progress } = session;
  const { forge, bot } = await tools.homes.dist();
  return {
    ...{ forge, repository, progress },
    admin: createGitLabProjectAdmin(gitlab),
    remoteOf: tools.remoteOf,
    routes: config.routes,
    limits: engineLimits(config.limits),
    identity: tools.identityOf(bot),
    now: gitlab.clock.now,
    hooks: await packageHooks(session),
  };
}

function printSteps({ stdout }: CliContext, { world, plan }: AddLook, { json }: PackageAddRequest): void {
  if (plan.kind === "refuse") throw plan.error;
  const steps = plan.steps.map((step) => stepText(step, world));
  stdout(json ? toJson({ steps }) : toLines(steps, "would "));
}

function printResult({ stdout, setExitCode }: CliContext, added: AddedPackage, { json }: PackageAddRequest): void {
  stdout(json ? toJson(added) : describe(added));
  if (added.branches.some(({ standing }) => standing !== "in-step")) setExitCode(EXIT_USER);
}

/**
 * The repository behind an address as a browser shows it: forges redirect those without `.git`, and redirects are not followed.
 * The token goes along only to the forge that it is for.
 */
function remoteAt({ config }: AdminSession, address: string): Remote {
  const url = checkUrl(address, { allowFileRemotes: false }).replace(/(?:\.git)?\/*$/, ".git");
  const isOwn = new URL(url).origin === new URL(config.gitlab.url).origin;
  return { url, ...(isOwn ? { token: config.gitlabToken } : {}) };
}

/** A store for one run, beside the caches: upstream histories may be larger than a temporary directory. */
async function withStore(
  { config, signal, gitEnvironment: environment }: AdminSession,
  work: (repository: Repository) => Promise<void>,
): Promise<void> {
  const { cacheDir } = config.git;
  await mkdir(dirname(cacheDir), { recursive: true });
  const directory = await mkdtemp(`${cacheDir}-adding-`);
  try {
    await work(
      await openBareRepository({
        ...{ directory, signal, environment },
        networkTimeoutMs: config.limits.gitSeconds * 1_000,
        localTimeoutMs: config.limits.localGitSeconds * 1_000,
        fetchBytes: config.limits.fetchBytes,
        memoryBytes: config.limits.gitMemoryBytes,
      }),
    );
  } finally {
    await rm(directory, { recursive: true, force: true });
  }
}

function toLines(lines: readonly string[], before = ""): string {
  return lines.length === 0 ? "nothing to do\n" : lines.map((line) => `${before}${line}\n`).join("");
}

function describe({ projects, branches, hooks }: AddedPackage): string {
  const { source, dist } = projects;
  return toLines([
    `source-git  ${source.webUrl}`,
    `dist-git    ${dist.webUrl}`,
    ...branches.map((branch) => `branch      ${branchText(branch)}`),
    `webhooks    ${HOOKS[hooks]}`,
  ]);
}

const HOOKS = {
  ok: "ok",
  missing: "missing: `tandem webhook install` says what somebody has to do",
  unknown: "not looked at: set publicUrl and GITLAB_WEBHOOK_SECRET, and run `tandem webhook install`",
} as const;

function toJson(value: object): string {
  return `${JSON.stringify(value, null, 2)}\n`;
}

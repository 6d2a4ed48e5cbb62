// Performs `package list`.
import { engineLimits } from "../../workers/engine-limits.ts";
import { type ListedPackage, listPackages } from "../admin/packages/list.ts";
import { branchText, problemText } from "../admin/packages/standing-text.ts";
import type { Route } from "../model/routes.ts";
import { type AdminSession, packageHooks, withAdminSession } from "./admin-session.ts";
import { chooseRoutes } from "./choose-routes.ts";
import type { CliContext } from "./context.ts";
import { formatTable } from "./format-table.ts";

/** What was asked for. */
export interface PackageListRequest {
  /** Undefined: all. */
  readonly route: string | undefined;
  readonly json: boolean;
}

/** Prints the packages. Throws what looking throws. */
export async function runPackageList(context: CliContext, { route, json }: PackageListRequest): Promise<void> {
  await withAdminSession(context, async (session) => {
    const found: ListedPackage[] = [];
    for (const each of chooseRoutes(session.config.routes, route)) found.push(...(await listRoute(session, each)));
    context.stdout(json ? `${JSON.stringify(found, null, 2)}\n` : toText(found));
  });
}

async function listRoute(session: AdminSession, route: Route): Promise<readonly ListedPackage[]> {
  const { config, tools, gitlab, progress } = session;
  const [source, dist] = await Promise.all([tools.homes.source(route.forge), tools.homes.dist()]);
  return await listPackages(
    {
      ...{ progress, now: gitlab.clock.now },
      source: source.forge,
      dist: dist.forge,
      openRepository: tools.openRepository,
      remoteOf: tools.remoteOf,
      routes: config.routes,
      hooks: await packageHooks(session),
      limits: engineLimits(config.limits),
    },
    route,
  );
}

function toText(packages: readonly ListedPackage[]): string {
  if (packages.length === 0) return "no packages\n";
  const rows = packages.map(({ route, package: name, branches, hooks, newest, problem }) => [
    route,
    name,
    problem === undefined ? branches.map(branchText).join(", ") || "no served branch" : problemText(problem),
    hooks,
    newest ? `!${newest.iid} ${newest.state} ${new Date(newest.updatedAt).toISOString().slice(0, 10)}` : "-",
  ]);
  return `${formatTable([["route", "package", "state", "webhooks", "last merge request"], ...rows]).join("\n")}\n`;
}

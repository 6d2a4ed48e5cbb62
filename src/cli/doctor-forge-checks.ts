// The doctor's checks on the forges: accounts, clock, and both ends of each route.
import { judgeDist, judgeSource } from "../admin/doctor/judge-route.ts";
import type { Check } from "../admin/doctor/run-checks.ts";
import type { Route } from "../model/routes.ts";
import type { DoctorDeps } from "./doctor-deps.ts";
import { openGitHub } from "./doctor-github.ts";
import { openGitLab } from "./doctor-gitlab.ts";

/** The checks, those on accounts first. */
export function forgeChecks(deps: DoctorDeps): readonly Check[] {
  const { routes = [] } = deps;
  const gitlab = openGitLab(deps);
  const github = openGitHub(deps);
  return [
    ...gitlab.checks,
    ...(routes.some(({ forge }) => forge === "github") ? github.checks : []),
    ...routes.flatMap((route) => [
      look(route, "source-git", () =>
        route.forge === "github" ? github.lookAtSource(route) : gitlab.lookAt(route.source, "source-git", judgeSource),
      ),
      look(route, "dist-git", () => gitlab.lookAt(route.dist, "dist-git", judgeDist)),
      look(route, "webhooks", () => gitlab.lookAtHooks(route)),
    ]),
  ];
}

function look(route: Route, name: string, read: Check["look"]): Check {
  return { group: `route ${route.name}`, name, look: read };
}

// Where a package of a route is: the two projects that its patterns name. Pure.
import { type TandemError, userError } from "../../model/errors.ts";
import { expandProject, findRouteOfSource, matchProject } from "../../model/route-patterns.ts";
import type { Route } from "../../model/routes.ts";

/** A project that is to be, in its group. */
export interface ProjectPlace {
  /** Full path. */
  readonly path: string;
  /** Full path of the group. */
  readonly group: string;
  /** Path within the group. */
  readonly name: string;
}

/** Both projects of a package. */
export interface PackagePlaces {
  readonly source: ProjectPlace;
  readonly dist: ProjectPlace;
}

/**
 * The projects of a package on a route.
 * @param name what stands for `{package}` or `{path}` of the route
 * @throws TandemError kind `user`: `route-not-on-gitlab`, `package-name`, `route-other`
 */
export function placesOf(routes: readonly Route[], route: Route, name: string): PackagePlaces {
  if (route.forge !== "gitlab")
    throw userError("route-not-on-gitlab", `The source-git projects of route ${route.name} are on ${route.forge}`, {
      fix: "Make the project there by hand. Tandem serves it as soon as the webhook is set.",
    });
  const captures = { package: name, path: name };
  const [source, dist] = [expandProject(route.source, captures), expandProject(route.dist, captures)];
  if (route.source.includes("{package}") && route.source.includes("{path}")) throw badName(route, name);
  if (!matchProject(route.source, source) || !matchProject(route.dist, dist)) throw badName(route, name);
  const first = findRouteOfSource(routes, { forge: route.forge, path: source })?.route;
  if (first && first.name !== route.name)
    throw userError("route-other", `${source} belongs to route ${first.name}, which comes before ${route.name}`, {
      fix: `Use --route ${first.name}, or put the routes into another order.`,
    });
  return { source: placeAt(source), dist: placeAt(dist) };
}

function badName({ name: route, source, dist }: Route, name: string): TandemError {
  return userError("package-name", `${JSON.stringify(name.slice(0, 100))} is no package of route ${route}`, {
    fix: `Give what stands for the placeholder in ${source} and ${dist}.`,
  });
}

function placeAt(path: string): ProjectPlace {
  const slash = path.lastIndexOf("/");
  return { path, group: path.slice(0, slash), name: path.slice(slash + 1) };
}

// The routes that a command is about.
import { userError } from "../model/errors.ts";
import type { Route } from "../model/routes.ts";

/** The route of a name, or all without one. Throws kind `user`, code `route-unknown`. */
export function chooseRoutes(routes: readonly Route[], name: string | undefined): readonly Route[] {
  const found = name === undefined ? routes : routes.filter((route) => route.name === name);
  if (name === undefined || found.length > 0) return found;
  throw userError("route-unknown", `There is no route ${name}`, {
    fix:
      routes.length === 0
        ? "Name your routes in a file and set TANDEM_CONFIG."
        : `Use one of: ${routes.map((route) => route.name).join(", ")}.`,
  });
}

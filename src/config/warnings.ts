// What is allowed in a configuration and still worth a second thought.
import { findClashes } from "../model/route-clashes.ts";
import type { Route } from "../model/routes.ts";

/** A warning. Nothing is refused for it. */
export interface ConfigWarning {
  /** The option, e.g. `routes.0.trust`. */
  readonly path: string;
  /** What may happen. */
  readonly message: string;
  /** What to do about it. */
  readonly fix: string;
}

/** All warnings about a configuration that was accepted. */
export function configWarnings({ routes }: { readonly routes: readonly Route[] }): readonly ConfigWarning[] {
  return [...strangersCi(routes), ...possibleClashes(routes)];
}

/** One line for people. */
export function formatWarning({ path, message, fix }: ConfigWarning): string {
  return `warning: ${path}: ${message}; ${fix}`;
}

function strangersCi(routes: readonly Route[]): readonly ConfigWarning[] {
  return routes.flatMap(({ copyCiFile, trust }, index) => {
    if (!copyCiFile || trust !== "anyone") return [];
    return [
      {
        path: `routes.${index}.trust`,
        message: "copyCiFile with trust anyone: a stranger's CI file runs with the bot's rights in its fork",
        fix: "set trust to members, or copyCiFile to false, unless only test packages are served",
      },
    ];
  });
}

/** The certain ones are refused. */
function possibleClashes(routes: readonly Route[]): readonly ConfigWarning[] {
  return findClashes(routes).map(({ first, second }) => ({
    path: `routes.${second}.dist`,
    message: `may name a dist-git branch to which route ${routes[first]?.name} leads from another source-git project`,
    fix: "see to it that only one of the two projects exists, or use other branches",
  }));
}

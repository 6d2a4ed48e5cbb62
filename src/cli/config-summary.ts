// A configuration in a few lines, for people and for programs. No secret is part of it.
import type { BaseConfig } from "../config/config.ts";
import { describeQueue } from "../config/queue-url.ts";
import { type ConfigWarning, configWarnings, formatWarning } from "../config/warnings.ts";
import type { Route } from "../model/routes.ts";
import { formatTable } from "./format-table.ts";

/** What `config check` tells of a good configuration. */
export interface ConfigSummary {
  readonly environment: string;
  readonly gitlab: string;
  readonly github: string;
  /** Without user and password. */
  readonly queue: string;
  readonly listen: string;
  /** First word of a command in a comment. */
  readonly commands: string;
  readonly routes: readonly Route[];
  readonly warnings: readonly ConfigWarning[];
}

/** The summary as data. */
export function toSummary(config: BaseConfig): ConfigSummary {
  const { environment, gitlab, github, queue, listen, commands, routes } = config;
  return {
    environment,
    gitlab: gitlab.url,
    github: github.url,
    queue: describeQueue(queue),
    listen: `${listen.host}:${listen.port}`,
    commands: commands.prefix,
    routes,
    warnings: configWarnings(config),
  };
}

/** The summary as text. */
export function summarizeConfig(config: BaseConfig): string {
  const { environment, gitlab, github, queue, listen, commands, routes, warnings } = toSummary(config);
  const lines = [
    `environment  ${environment}`,
    `gitlab       ${gitlab}`,
    // Of no interest unless source-git is there.
    ...(routes.some(({ forge }) => forge === "github") ? [`github       ${github}`] : []),
    `queue        ${queue}`,
    `listen       ${listen}`,
    `commands     ${commands}`,
  ];
  if (routes.length === 0) return `${[...lines, "routes       none: nothing is served"].join("\n")}\n`;
  const rows = routes.map((route) => [
    route.name,
    route.forge === "gitlab" ? route.source : `${route.forge}:${route.source}`,
    route.branches.join(", "),
    `${route.dist} ${route.distBranch}`,
    route.copyCiFile ? "copied" : "not copied",
    route.trust,
    route.onSourceMerge,
    route.backsync ? "yes" : "no",
  ]);
  const table = formatTable([
    ["route", "source-git", "branches", "dist-git", "CI file", "trust", "on merge", "back-sync"],
    ...rows,
  ]);
  const remarks = warnings.length === 0 ? [] : ["", ...warnings.map(formatWarning)];
  return `${[...lines, "", ...table, ...remarks].join("\n")}\n`;
}

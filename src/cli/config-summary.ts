// A configuration in a few lines, for people and for programs. No secret is part of it.
import type { BaseConfig } from "../config/config.ts";
import { describeQueue } from "../config/queue-url.ts";
import type { Route } from "../model/routes.ts";

/** What `config check` tells of a good configuration. */
export interface ConfigSummary {
  readonly environment: string;
  readonly gitlab: string;
  /** Without user and password. */
  readonly queue: string;
  readonly listen: string;
  readonly routes: readonly Route[];
}

/** The summary as data. */
export function toSummary({ environment, gitlab, queue, listen, routes }: BaseConfig): ConfigSummary {
  return {
    environment,
    gitlab: gitlab.url,
    queue: describeQueue(queue),
    listen: `${listen.host}:${listen.port}`,
    routes,
  };
}

/** The summary as text. */
export function summarizeConfig(config: BaseConfig): string {
  const { environment, gitlab, queue, listen, routes } = toSummary(config);
  const lines = [
    `environment  ${environment}`,
    `gitlab       ${gitlab}`,
    `queue        ${queue}`,
    `listen       ${listen}`,
  ];
  if (routes.length === 0) return `${[...lines, "routes       none: nothing is served"].join("\n")}\n`;
  const rows = routes.map((route) => [
    route.name,
    route.source,
    route.branches.join(", "),
    `${route.dist} ${route.distBranch}`,
    route.copyCiFile ? "copied" : "not copied",
  ]);
  const table = formatTable([["route", "source-git", "branches", "dist-git", "CI file"], ...rows]);
  return `${[...lines, "", ...table].join("\n")}\n`;
}

function formatTable(rows: readonly (readonly string[])[]): readonly string[] {
  const widths = (rows[0] ?? []).map((_, column) => Math.max(...rows.map((row) => row[column]?.length ?? 0)));
  return rows.map((row) =>
    row
      .map((cell, column) => cell.padEnd(widths[column] ?? 0))
      .join("  ")
      .trimEnd(),
  );
}

// docs/configuration.md, made from the schema of the configuration and from its default values. Pure.
import type { PlainVariable, SecretVariable } from "../../src/config/env.ts";

/** What each variable means; the types see to it that none is missing. */
const PLAIN: Readonly<Record<PlainVariable, string>> = {
  TANDEM_ENV: "`development` (default), `staging` or `production`: which file of `config/` lies over `default.yaml`.",
  TANDEM_CONFIG: "A file that lies over both.",
  TANDEM_GIT_CACHE: "Overrides `git.cacheDir`.",
  GITLAB_URL: "Overrides `gitlab.url`.",
  PORT: "Overrides `listen.port`.",
};
const SECRET: Readonly<Record<SecretVariable, readonly [who: string, meaning: string]>> = {
  GITLAB_TOKEN: [
    "worker, admin's commands",
    "Access token of the bot's account, scope `api`; for commands that set things up, that of whoever may. Tokens of projects and groups cannot fork elsewhere.",
  ],
  GITLAB_WEBHOOK_SECRET: [
    "API; worker, optional",
    "Signs the tokens in `X-Gitlab-Token`. Several, comma separated, while you rotate; the first one makes new tokens. With it and `publicUrl` a worker gives new forks of the bot their webhook.",
  ],
  GITLAB_WEBHOOK_SIGNING_TOKENS: ["API", "`<namespace>=whsec_…` pairs, comma separated, for GitLab's signed webhooks."],
  GITHUB_TOKEN: ["worker", "Access token of the bot's account on GitHub, where a route has `forge: github`."],
  GITHUB_WEBHOOK_SECRET: ["API", "Secrets of GitHub's webhooks, comma separated."],
  QUEUE_URL: [
    "all",
    "`redis://…`, `rediss://…`, `postgres://…`, or `embedded:<dir>` (default `embedded:.tandem/queue`; refused in production).",
  ],
  ADMIN_TOKEN: ["API", "Opens the pages and details for admins; at least 20 characters. Without it there are none."],
};

/** A part of a JSON schema, as far as it matters here. */
export interface SchemaPart {
  readonly type?: string;
  readonly description?: string;
  readonly properties?: Readonly<Record<string, SchemaPart>>;
  readonly items?: SchemaPart;
  readonly enum?: readonly unknown[];
  readonly default?: unknown;
  readonly minimum?: number;
  readonly maximum?: number;
}

/**
 * The whole document.
 * @param schema as `tandem config schema` prints it
 * @param defaults what config/default.yaml says
 */
export function configurationReference(schema: SchemaPart, defaults: unknown): string {
  return `${[
    "# Configuration",
    "",
    "<!-- Made by `npm run docs` from src/config/schema.ts and config/default.yaml. -->",
    "",
    "Files: `config/default.yaml`, over it `config/<TANDEM_ENV>.yaml`, over both the file that `TANDEM_CONFIG` names. Mappings merge,",
    "lists replace. An unknown key is an error; `tandem config check` reports all of them at once, and `tandem config schema` prints a",
    "JSON schema for your editor.",
    "",
    "## Options",
    "",
    "| option | type | default | meaning |",
    "| --- | --- | --- | --- |",
    ...rowsOf(schema.properties ?? {}, "", defaults),
    "",
    "## Variables",
    "",
    "| variable | meaning |",
    "| --- | --- |",
    ...Object.entries(PLAIN).map(([name, meaning]) => row([code(name), meaning])),
    "",
    "Secrets come from the environment, never from a file of options. Each may come from a file of its own instead, which the same",
    "variable with `_FILE` names: `GITLAB_TOKEN_FILE=/run/secrets/token`. A process reads only those that it needs.",
    "",
    "| secret | for | meaning |",
    "| --- | --- | --- |",
    ...Object.entries(SECRET).map(([name, [who, meaning]]) => row([code(name), who, meaning])),
  ].join("\n")}\n`;
}

function rowsOf(
  properties: Readonly<Record<string, SchemaPart>>,
  prefix: string,
  defaults: unknown,
): readonly string[] {
  return Object.entries(properties).flatMap(([name, part]) => {
    const path = `${prefix}${name}`;
    const value = Object(defaults)[name] as unknown;
    const inner = part.properties ?? part.items?.properties;
    const below = inner ? rowsOf(inner, `${path}${part.items ? "[]" : ""}.`, part.items ? {} : value) : [];
    const own = row([code(path), typeOf(part), inner ? "" : defaultOf(part, value), part.description ?? ""]);
    return [own, ...below];
  });
}

function typeOf({ type, items, enum: values, minimum, maximum }: SchemaPart): string {
  if (values) return values.map((value) => code(String(value))).join(", ");
  if (type === "array") return `list of ${items?.type === "object" ? "mappings" : `${items?.type}s`}`;
  if (type === "object") return "mapping";
  if (type !== "integer") return type ?? "";
  const largest = maximum === Number.MAX_SAFE_INTEGER ? undefined : maximum;
  return `${type}, ${minimum ?? "any"}${largest === undefined ? " or more" : ` to ${largest}`}`;
}

function defaultOf({ default: fallback }: SchemaPart, value: unknown): string {
  const shown = value ?? fallback;
  return shown === undefined ? "" : code(typeof shown === "string" ? shown : JSON.stringify(shown));
}

function code(text: string): string {
  return `\`${text}\``;
}

function row(cells: readonly string[]): string {
  return `| ${cells.map((cell) => cell.replaceAll("|", "\\|")).join(" | ")} |`;
}

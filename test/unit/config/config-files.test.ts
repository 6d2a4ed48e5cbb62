// The configuration files that come with Tandem.
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "@jest/globals";
import Ajv2020 from "ajv/dist/2020.js";
import { parse } from "yaml";
import { ENVIRONMENTS, type EnvironmentName } from "../../../src/config/config.ts";
import { loadConfig } from "../../../src/config/load.ts";
import { packageRoot } from "../../../src/config/package-root.ts";
import { configJsonSchema } from "../../../src/config/schema.ts";
import { configWarnings } from "../../../src/config/warnings.ts";

/** Options in which staging may differ from production. Everything else is tested in staging as it runs in production. */
const MAY_DIFFER = ["routes", "commands"];

function load(environment: EnvironmentName) {
  const env = {
    TANDEM_ENV: environment,
    GITLAB_TOKEN: "glpat-x",
    GITLAB_WEBHOOK_SECRET: "jwt-secret",
    QUEUE_URL: "redis://queue",
  };
  return loadConfig({ env, role: "all" });
}

it.each(ENVIRONMENTS)("%s.yaml loads", (environment) => {
  expect(load(environment).environment).toBe(environment);
});

it.each([...ENVIRONMENTS, "default"])("%s.yaml matches the JSON schema", (name) => {
  const ajv = new Ajv2020.default({ strict: false });
  const valid = ajv.validate(
    configJsonSchema(),
    parse(readFileSync(join(packageRoot(), "config", `${name}.yaml`), "utf8")),
  );
  expect(ajv.errors).toBeNull();
  expect(valid).toBe(true);
});

it("every option of the JSON schema is described", () => {
  const undescribed: string[] = [];
  const walk = (schema: unknown, path: string) => {
    if (typeof schema !== "object" || schema === null) return;
    const {
      description,
      properties = {},
      items,
    } = schema as { description?: string; properties?: object; items?: unknown };
    if (!description && path !== "" && !path.endsWith("[]")) undescribed.push(path);
    for (const [name, inner] of Object.entries(properties)) walk(inner, `${path}/${name}`);
    if (items && typeof items === "object" && "properties" in items) walk(items, `${path}[]`);
  };
  walk(configJsonSchema(), "");
  expect(undescribed).toEqual([]);
});

it("staging differs from production only where it may", () => {
  const { environment: _s, ...staging } = load("staging");
  const { environment: _p, ...production } = load("production");
  const differing = Object.keys(production).filter(
    (key) => JSON.stringify(Reflect.get(staging, key)) !== JSON.stringify(Reflect.get(production, key)),
  );
  expect(differing).toEqual(MAY_DIFFER);
});

describe("routes", () => {
  it("staging serves every branch of the test packages and copies the CI file", () => {
    expect(load("staging").routes).toEqual([
      expect.objectContaining({
        source: "packit-service/src/{package}",
        dist: "packit-service/rpms/{package}",
        branches: ["*"],
        copyCiFile: true,
      }),
    ]);
  });

  it("production serves CentOS Stream and copies no CI file", () => {
    expect(load("production").routes).toEqual([
      expect.objectContaining({
        source: "redhat/centos-stream/src/{package}",
        dist: "redhat/centos-stream/rpms/{package}",
        branches: ["c9s", "c10s"],
        copyCiFile: false,
      }),
    ]);
  });

  it("staging warns that strangers' CI files run in the bot's fork, production has nothing to warn of", () => {
    expect(configWarnings(load("staging")).map(({ path }) => path)).toEqual(["routes.0.trust"]);
    expect(configWarnings(load("production"))).toEqual([]);
  });

  it("two instances do not answer the same command", () => {
    expect([load("production"), load("staging")].map(({ commands }) => commands.prefix)).toEqual([
      "/tandem",
      "/tandem-stg",
    ]);
  });

  it("development serves nothing until it is told what", () => {
    expect(load("development").routes).toEqual([]);
  });
});

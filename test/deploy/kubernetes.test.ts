// deploy/ as Kubernetes and OpenShift get it: right by their own description, safe, and in step with the product.
import { spawnSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, describe, expect, it } from "@jest/globals";
import { parse } from "yaml";
import { createProbesApp } from "../../src/api/app.ts";
import { listen } from "../../src/api/listen.ts";
import type { EnvironmentName, Role } from "../../src/config/config.ts";
import { PLAIN_VARIABLES, SECRET_VARIABLES } from "../../src/config/env.ts";
import { loadConfig } from "../../src/config/load.ts";
import { systemClock } from "../../src/telemetry/clock.ts";
import { createMetrics } from "../../src/telemetry/metrics.ts";
import { SHUTDOWN_MS } from "../../src/telemetry/shutdown.ts";
import { checkTypes } from "../support/deploy/check-types.ts";
import {
  find,
  hasKubectl,
  type Labels,
  type Manifest,
  readManifests,
  render,
  type Workload,
  workloadsOf,
} from "../support/deploy/manifests.ts";
import { podProblems } from "../support/deploy/pod-security.ts";
import {
  bytes,
  hostOf,
  matches,
  mountVolumes,
  pathsOf,
  portsOut,
  selectorOf,
} from "../support/deploy/read-manifests.ts";
import { recordingLogger } from "../support/recording-logger.ts";

const root = join(import.meta.dirname, "../..");
const read = (path: string): string => readFileSync(join(root, path), "utf8");
const temporary = mkdtempSync(join(tmpdir(), "tandem-deploy-"));
afterAll(() => rmSync(temporary, { recursive: true, force: true }));

/** What an installation may leave out. All other variables of src/config/env.ts are set by every installation. */
const OPTIONAL = ["GITLAB_URL", "PORT", "GITLAB_WEBHOOK_SIGNING_TOKENS", "GITHUB_TOKEN", "GITHUB_WEBHOOK_SECRET"];

const secrets = readManifests(read("deploy/secrets.example.yaml"));
const defaults = parse(read("config/default.yaml")) as {
  readonly listen: { readonly port: number };
  readonly limits: { readonly cacheBytes: number; readonly fetchBytes: number; readonly gitMemoryBytes: number };
};

const VARIANTS = [
  { title: "staging", overlay: "staging", isOpenShift: false },
  { title: "production", overlay: "production", isOpenShift: false },
  { title: "production on OpenShift", overlay: "production", isOpenShift: true },
] as const;

/** What an operator does to an overlay, as its comments say. */
const onOpenShift = (kustomization: string): string =>
  kustomization.replace("# - ../../components/openshift", "- ../../components/openshift");
const withExternalQueue = (kustomization: string): string =>
  kustomization.replace("components/redis", "components/external-queue");

/** Rendered once each: it takes a third of a second. */
const rendered = new Map<string, readonly Manifest[]>();
const manifestsOf = ({ title, overlay, isOpenShift }: (typeof VARIANTS)[number]): readonly Manifest[] => {
  const manifests = rendered.get(title) ?? (isOpenShift ? render(overlay, onOpenShift) : render(overlay));
  rendered.set(title, manifests);
  return manifests;
};

const workload = (manifests: readonly Manifest[], name: string): Workload => {
  const found = workloadsOf(manifests).find((each) => each.name === name);
  if (!found) throw new Error(`there is no ${name}`);
  return found;
};

it("secrets.example.yaml holds no value", () => {
  expect(secrets.map(({ kind }) => kind)).toEqual(["Secret", "Secret", "Secret"]);
  for (const { stringData, data } of secrets) {
    expect(data).toBeUndefined();
    expect(Object.values(Object(stringData))).toEqual(Object.keys(Object(stringData)).map(() => ""));
  }
});

it("a process answers where the probes and Prometheus ask", async () => {
  const app = createProbesApp({ checks: [], clock: systemClock, logger: recordingLogger(), metrics: createMetrics() });
  const server = await listen(app, { host: "127.0.0.1", port: 0, clock: systemClock });
  try {
    const answers = await Promise.all(
      ["/api/healthz", "/api/readyz", "/metrics"].map((path) => fetch(`http://127.0.0.1:${server.port}${path}`)),
    );
    expect(answers.map(({ status }) => status)).toEqual([200, 200, 200]);
  } finally {
    await server.close();
  }
});

it("prometheus-rule.yaml is made of alerts.yaml", () => {
  const directory = join(root, "deploy/components/monitoring");
  const { stdout } = spawnSync(process.execPath, [join(directory, "make-rule.mjs")], { encoding: "utf8" });
  expect(readFileSync(join(directory, "prometheus-rule.yaml"), "utf8")).toBe(stdout);
  expect((parse(stdout) as { spec: unknown }).spec).toEqual(parse(read("deploy/alerts.yaml")));
});

(hasKubectl ? describe : describe.skip)("what kustomize makes", () => {
  it("is what Kubernetes understands, in every field", () => {
    expect(checkTypes(VARIANTS.flatMap(manifestsOf))).toBe("");
  });

  it("would show a misspelt field", () => {
    const [variant] = VARIANTS;
    const misspell = (kind: string, list: string, field: string): Manifest => {
      const text = JSON.stringify(manifestsOf(variant).find((each) => each.kind === kind));
      return JSON.parse(text.replace(`"${list}":[{`, `"${list}":[{"${field}":"1",`)) as Manifest;
    };
    const found = checkTypes([
      misspell("Deployment", "containers", "resouces"),
      misspell("ServiceMonitor", "endpoints", "intervall"),
    ]);
    for (const field of ["resouces", "intervall"]) expect(found).toContain(`'"${field}"' does not exist`);
  });

  it("can use an external queue in place of Redis", () => {
    const manifests = render("staging", withExternalQueue);
    expect(checkTypes(manifests)).toBe("");
    expect(workloadsOf(manifests).map(({ name }) => name)).toEqual(["tandem-api", "tandem-worker"]);
  });
});

(hasKubectl ? describe : describe.skip).each(VARIANTS)("$title", (variant) => {
  const environment: EnvironmentName = variant.overlay;
  const { isOpenShift } = variant;

  it("has these parts", () => {
    expect(workloadsOf(manifestsOf(variant)).map(({ kind, name }) => `${kind} ${name}`)).toEqual([
      "Deployment tandem-api",
      "StatefulSet tandem-redis",
      "StatefulSet tandem-worker",
    ]);
    const namespaces = manifestsOf(variant).map(({ metadata }) => metadata.namespace);
    expect(new Set(namespaces).size).toBe(1);
  });

  it("keeps the restricted profile, and more, in every pod", () => {
    const problems = workloadsOf(manifestsOf(variant)).flatMap(({ name, pod }) =>
      podProblems(pod).map((problem) => `${name}: ${problem}`),
    );
    expect(problems).toEqual([]);
  });

  it(isOpenShift ? "leaves users and groups to OpenShift" : "can write to its disks as a user that is not root", () => {
    for (const { name, pod } of workloadsOf(manifestsOf(variant))) {
      const { runAsUser, fsGroup } = Object(pod.securityContext) as { runAsUser?: number; fsGroup?: number };
      // The image's own user is a number already; that of Redis is not.
      const user = name === "tandem-redis" ? 999 : undefined;
      expect({ runAsUser, fsGroup }).toEqual(isOpenShift ? {} : { runAsUser: user, fsGroup: user ?? 10_001 });
    }
  });

  it.each(["tandem-api", "tandem-worker"])("%s is given a configuration that loads", (name) => {
    const manifests = manifestsOf(variant);
    const { container, pod } = workload(manifests, name);
    const [role] = container.args ?? [];
    const directory = mkdtempSync(join(temporary, "pod-"));
    mountVolumes(directory, { container, pod }, manifests, secrets);
    const env = Object.fromEntries(
      (container.env ?? []).flatMap(({ name: variable, value, valueFrom }) => {
        if (valueFrom?.secretKeyRef?.optional) return [];
        const path = join(directory, value ?? "");
        return [[variable, variable === "TANDEM_CONFIG" || variable.endsWith("_FILE") ? path : value]];
      }),
    );
    const config = loadConfig({
      env,
      role: role as Role & ("api" | "worker"),
      configDir: join(directory, "opt/tandem/config"),
    });
    expect(config.environment).toBe(environment);
    expect(config.routes.length).toBeGreaterThan(0);
    expect(new URL(config.publicUrl ?? "").host).toBe(hostOf(manifests));
    expect(config.listen).toEqual({ host: "0.0.0.0", port: container.ports?.[0]?.containerPort });
    // What is written is on a volume of the pod's own.
    const written = role === "worker" ? config.git.cacheDir : "/tmp";
    const mount = container.volumeMounts?.find(({ mountPath }) => `${written}/`.startsWith(`${mountPath}/`));
    expect(mount?.readOnly ?? false).toBe(false);
    expect(mount).toBeDefined();
  });

  it("gives each process its own secrets, all of them described in secrets.example.yaml", () => {
    const uses = workloadsOf(manifestsOf(variant)).map(({ name, container, pod }) => {
      const mounted = (pod.volumes ?? []).flatMap(({ secret }) => (secret ? [secret.secretName] : []));
      const named = (container.env ?? []).flatMap(({ valueFrom }) =>
        valueFrom?.secretKeyRef ? [valueFrom.secretKeyRef.name] : [],
      );
      return [name, [...new Set([...mounted, ...named])]];
    });
    expect(Object.fromEntries(uses)).toEqual({
      "tandem-api": ["tandem-api", "tandem-queue"],
      "tandem-redis": ["tandem-queue"],
      "tandem-worker": ["tandem-worker", "tandem-queue"],
    });
    for (const { container } of workloadsOf(manifestsOf(variant))) {
      for (const { valueFrom } of container.env ?? []) {
        if (!valueFrom?.secretKeyRef) continue;
        const { name, key, optional } = valueFrom.secretKeyRef;
        expect(Object(find(secrets, "Secret", name).stringData)).toHaveProperty(key);
        expect(optional).toBe(true);
      }
    }
    expect(manifestsOf(variant).map(({ kind }) => kind)).not.toContain("Secret");
  });

  it("sets every variable that Tandem knows or leaves it out on purpose, and no other", () => {
    const known = new Set<string>([...PLAIN_VARIABLES, ...SECRET_VARIABLES]);
    const set = workloadsOf(manifestsOf(variant)).flatMap(({ container }) =>
      (container.env ?? []).map(({ name, valueFrom }) => ({
        name: name.replace(/_FILE$/, ""),
        optional: valueFrom !== undefined,
      })),
    );
    expect(set.map(({ name }) => name).filter((name) => !known.has(name))).toEqual([]);
    const always = new Set(set.filter(({ optional }) => !optional).map(({ name }) => name));
    expect([...known].filter((name) => !always.has(name)).toSorted()).toEqual(OPTIONAL.toSorted());
  });

  it("asks for health where Tandem tells it, and waits longer than Tandem takes to answer or to end", () => {
    for (const name of ["tandem-api", "tandem-worker"]) {
      const { container, pod } = workload(manifestsOf(variant), name);
      const { startupProbe, livenessProbe, readinessProbe } = container;
      expect([startupProbe, livenessProbe, readinessProbe].map((probe) => probe?.httpGet)).toEqual([
        { path: "/api/healthz", port: "http" },
        { path: "/api/healthz", port: "http" },
        { path: "/api/readyz", port: "http" },
      ]);
      // Two seconds for each thing that readiness looks at (src/api/health.ts), all at once.
      expect(readinessProbe?.timeoutSeconds).toBeGreaterThan(2);
      const pause = Number(container.lifecycle?.preStop?.exec?.command[1] ?? 0);
      expect(pod.terminationGracePeriodSeconds).toBeGreaterThan(SHUTDOWN_MS / 1_000 + pause);
    }
  });

  it("listens where the configuration says, and every service, budget and policy finds its pods and ports", () => {
    const manifests = manifestsOf(variant);
    const workloads = workloadsOf(manifests);
    for (const { name, container } of workloads) {
      if (name !== "tandem-redis")
        expect(container.ports).toEqual([{ name: "http", containerPort: defaults.listen.port }]);
    }
    for (const { kind, metadata, spec } of manifests) {
      const selector = selectorOf(kind, spec);
      if (!selector || metadata.name === "tandem-closed") continue;
      const found = workloads.filter(({ labels }) => matches(labels, selector));
      expect([metadata.name, found.length]).toEqual([metadata.name, 1]);
      const names = found[0]?.container.ports?.map(({ name }) => name);
      const { ports = [] } = spec as { ports?: readonly { targetPort: string }[] };
      for (const { targetPort } of ports) expect(names).toContain(targetPort);
    }
  });

  it("has room for what the configuration allows", () => {
    const { cacheBytes, fetchBytes, gitMemoryBytes } = defaults.limits;
    const { spec, container } = workload(manifestsOf(variant), "tandem-worker");
    const [claim] = (spec as { volumeClaimTemplates: readonly { spec: { resources: { requests: Labels } } }[] })
      .volumeClaimTemplates;
    expect(bytes(claim?.spec.resources.requests.storage)).toBeGreaterThan(cacheBytes + 8 * fetchBytes);
    expect(bytes(container.resources?.limits?.memory)).toBeGreaterThan(2 * gitMemoryBytes + 1024 ** 3);
  });

  it("shows the internet everything but the metrics", () => {
    const manifests = manifestsOf(variant);
    expect(pathsOf(manifests)).toEqual([
      ["/", "tandem-api"],
      ["/metrics", "tandem-closed"],
    ]);
    expect(workloadsOf(manifests).filter(({ labels }) => labels["app.kubernetes.io/component"] === "closed")).toEqual(
      [],
    );
  });

  it("lets each pod reach what it needs and nothing else", () => {
    const policies = manifestsOf(variant).filter(({ kind }) => kind === "NetworkPolicy");
    expect(policies.map(({ metadata }) => metadata.name)).toEqual([
      "tandem-api-ingress",
      "tandem-default-deny",
      "tandem-dns",
      "tandem-monitoring",
      "tandem-queue",
      "tandem-redis",
      "tandem-worker-forges",
    ]);
    const reach = workloadsOf(manifestsOf(variant)).map(({ name, labels }) => [name, portsOut(policies, labels)]);
    expect(Object.fromEntries(reach)).toEqual({
      "tandem-api": [53, 5353, "redis"],
      "tandem-redis": [],
      "tandem-worker": [443, 53, 5353, "redis"],
    });
    const denied = Object(find(policies, "NetworkPolicy", "tandem-default-deny").spec);
    expect(denied).toEqual({
      podSelector: { matchLabels: { "app.kubernetes.io/name": "tandem" } },
      policyTypes: ["Ingress", "Egress"],
    });
  });

  it("runs this version", () => {
    const { version } = JSON.parse(read("package.json")) as { version: string };
    for (const name of ["tandem-api", "tandem-worker"]) {
      expect(workload(manifestsOf(variant), name).container.image).toBe(`registry.example.org/tandem:${version}`);
    }
  });
});

// What manifests say together: what a pod finds on its disk, whom a selector means, which paths and ports are open.
import { mkdirSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { find, type Labels, type Manifest, type Workload } from "./manifests.ts";

/**
 * Lays the pod's configuration and secrets below a directory, as the kubelet does below /. The secrets are invented; `secrets`
 * says which keys they have.
 */
export function mountVolumes(
  directory: string,
  { container, pod }: Pick<Workload, "container" | "pod">,
  manifests: readonly Manifest[],
  secrets: readonly Manifest[],
): void {
  for (const { name, mountPath } of container.volumeMounts ?? []) {
    const volume = pod.volumes?.find((each) => each.name === name);
    const files = volume?.configMap
      ? Object(find(manifests, "ConfigMap", volume.configMap.name).data)
      : volume?.secret
        ? invent(Object(find(secrets, "Secret", volume.secret.secretName).stringData))
        : {};
    for (const [file, content] of Object.entries(files as Labels)) {
      const path = join(directory, mountPath, file);
      mkdirSync(dirname(path), { recursive: true });
      writeFileSync(path, content);
    }
  }
}

function invent(secret: Labels): Labels {
  return Object.fromEntries(
    Object.keys(secret).map((key) => [
      key,
      key === "QUEUE_URL" ? "redis://:word@tandem-redis:6379/0" : `invented-${key}-value`,
    ]),
  );
}

/** Whether a selector means what has these labels. */
export function matches(labels: Labels, selector: Labels): boolean {
  return Object.entries(selector).every(([key, value]) => labels[key] === value);
}

/** A size in bytes. Throws when it has another unit than Ki, Mi or Gi. */
export function bytes(quantity = ""): number {
  const [, number, unit = ""] = /^(\d+)(Ki|Mi|Gi)?$/.exec(quantity) ?? [];
  if (number === undefined) throw new Error(`not a size: ${quantity}`);
  return Number(number) * 1024 ** ["", "Ki", "Mi", "Gi"].indexOf(unit);
}

/** The labels by which a Service or a budget finds pods. */
export function selectorOf(kind: string, spec: unknown): Labels | undefined {
  const { selector } = Object(spec) as { selector?: Labels & { matchLabels?: Labels } };
  if (kind === "Service") return selector;
  return kind === "PodDisruptionBudget" ? selector?.matchLabels : undefined;
}

/** Ingress and Routes alike: path and service, the shortest path first. */
export function pathsOf(manifests: readonly Manifest[]): readonly (readonly [string, string])[] {
  interface Rule {
    readonly http: { readonly paths: readonly { path: string; backend: { service: { name: string } } }[] };
  }
  const ingress = manifests
    .filter(({ kind }) => kind === "Ingress")
    .flatMap(({ spec }) => (spec as { rules: readonly Rule[] }).rules.flatMap(({ http }) => http.paths))
    .map(({ path, backend }) => [path, backend.service.name] as const);
  const routes = manifests
    .filter(({ kind }) => kind === "Route")
    .map(({ spec }) => spec as { path: string; to: { name: string } })
    .map(({ path, to }) => [path, to.name] as const);
  return [...ingress, ...routes].toSorted(([a], [b]) => a.length - b.length);
}

/** The one host under which people reach it, whoever says so. */
export function hostOf(manifests: readonly Manifest[]): string {
  const hosts = manifests.flatMap(({ kind, spec }) => {
    if (kind === "Route") return [(spec as { host: string }).host];
    if (kind !== "Ingress") return [];
    const { rules, tls } = spec as { rules: readonly { host: string }[]; tls: readonly { hosts: readonly string[] }[] };
    return [...rules.map(({ host }) => host), ...tls.flatMap(({ hosts: names }) => names)];
  });
  const [host = "", ...others] = new Set(hosts);
  if (others.length > 0) throw new Error(`several hosts: ${hosts.join(", ")}`);
  return host;
}

/** The ports to which policies let a pod with these labels connect. */
export function portsOut(policies: readonly Manifest[], labels: Labels): readonly (string | number)[] {
  interface Policy {
    readonly podSelector: {
      matchLabels?: Labels;
      matchExpressions?: readonly { key: string; values: readonly string[] }[];
    };
    readonly egress?: readonly { readonly ports?: readonly { readonly port: string | number }[] }[];
  }
  const ports = policies.flatMap(({ spec }) => {
    const { podSelector, egress = [] } = spec as unknown as Policy;
    const applies =
      matches(labels, podSelector.matchLabels ?? {}) &&
      (podSelector.matchExpressions ?? []).every(({ key, values }) => values.includes(labels[key] ?? ""));
    if (!applies) return [];
    return egress.flatMap((rule) => rule.ports?.map(({ port }) => port) ?? ["any"]);
  });
  return [...new Set(ports)].toSorted((a, b) => String(a).localeCompare(String(b)));
}

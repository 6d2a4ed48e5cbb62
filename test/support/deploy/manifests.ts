// What kustomize makes of deploy/, as data. Only the fields that tests look at have types here: the schema tests check the rest.
import { spawnSync } from "node:child_process";
import { cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { parseAllDocuments } from "yaml";

const root = join(import.meta.dirname, "../../..");

/** Whether `kubectl`, which holds kustomize, is on this machine. */
export const hasKubectl = spawnSync("kubectl", ["version", "--client"], { stdio: "ignore" }).status === 0;

export interface Manifest {
  readonly apiVersion: string;
  readonly kind: string;
  readonly metadata: { readonly name: string; readonly namespace?: string; readonly labels?: Labels };
  readonly [field: string]: unknown;
}

export type Labels = Readonly<Record<string, string>>;

export interface EnvVar {
  readonly name: string;
  readonly value?: string;
  readonly valueFrom?: {
    readonly secretKeyRef?: { readonly name: string; readonly key: string; readonly optional?: boolean };
  };
}

export interface Probe {
  readonly httpGet?: { readonly path: string; readonly port: string | number };
  readonly timeoutSeconds?: number;
}

export interface Container {
  readonly name: string;
  readonly image: string;
  readonly args?: readonly string[];
  readonly command?: readonly string[];
  readonly env?: readonly EnvVar[];
  readonly ports?: readonly { readonly name: string; readonly containerPort: number; readonly hostPort?: number }[];
  readonly startupProbe?: Probe;
  readonly livenessProbe?: Probe;
  readonly readinessProbe?: Probe;
  readonly lifecycle?: { readonly preStop?: { readonly exec?: { readonly command: readonly string[] } } };
  readonly resources?: { readonly requests?: Labels; readonly limits?: Labels };
  readonly securityContext?: Readonly<Record<string, unknown>>;
  readonly volumeMounts?: readonly { readonly name: string; readonly mountPath: string; readonly readOnly?: boolean }[];
}

export interface Volume {
  readonly name: string;
  readonly configMap?: { readonly name: string };
  readonly secret?: { readonly secretName: string };
  readonly [kind: string]: unknown;
}

export interface PodSpec {
  readonly containers: readonly Container[];
  readonly initContainers?: readonly Container[];
  readonly volumes?: readonly Volume[];
  readonly securityContext?: Readonly<Record<string, unknown>>;
  readonly terminationGracePeriodSeconds?: number;
  readonly automountServiceAccountToken?: boolean;
  readonly [field: string]: unknown;
}

/** A workload: what makes pods. */
export interface Workload {
  readonly name: string;
  readonly kind: string;
  readonly labels: Labels;
  readonly pod: PodSpec;
  /** The one container. */
  readonly container: Container;
  readonly spec: Readonly<Record<string, unknown>>;
}

/** Renders an overlay. With a change, of a copy: the change is given the text of its kustomization.yaml. */
export function render(
  overlay: "staging" | "production",
  change?: (kustomization: string) => string,
): readonly Manifest[] {
  if (!change) return kustomize(join(root, "deploy/overlays", overlay));
  const directory = mkdtempSync(join(tmpdir(), "tandem-kustomize-"));
  try {
    for (const part of ["deploy", "config"]) cpSync(join(root, part), join(directory, part), { recursive: true });
    const file = join(directory, "deploy/overlays", overlay, "kustomization.yaml");
    const before = readFileSync(file, "utf8");
    const after = change(before);
    if (after === before) throw new Error(`${file} has nothing to change`);
    writeFileSync(file, after);
    return kustomize(dirname(file));
  } finally {
    rmSync(directory, { recursive: true, force: true });
  }
}

function kustomize(directory: string): readonly Manifest[] {
  const { status, stdout, stderr } = spawnSync("kubectl", ["kustomize", directory], { encoding: "utf8" });
  if (status !== 0) throw new Error(`kubectl kustomize ${directory} failed:\n${stderr}`);
  // Deprecated fields are only warned of.
  if (stderr !== "") throw new Error(`kubectl kustomize ${directory} warns:\n${stderr}`);
  return readManifests(stdout);
}

/** Reads YAML documents as manifests. */
export function readManifests(text: string): readonly Manifest[] {
  return parseAllDocuments(text).map((document) => document.toJS() as Manifest);
}

/** The workloads among manifests. */
export function workloadsOf(manifests: readonly Manifest[]): readonly Workload[] {
  return manifests.flatMap(({ kind, metadata, spec }) => {
    const { template } = Object(spec) as { template?: { metadata: { labels: Labels }; spec: PodSpec } };
    if (!template) return [];
    const [container] = template.spec.containers;
    if (!container) throw new Error(`${metadata.name} has no container`);
    const { labels } = template.metadata;
    return [{ name: metadata.name, kind, labels, pod: template.spec, container, spec: Object(spec) }];
  });
}

/** The manifest of this kind and name; of a generated one, its name without the hash. */
export function find(manifests: readonly Manifest[], kind: string, name: string): Manifest {
  const found = manifests.find(
    ({ kind: its, metadata }) =>
      its === kind && metadata.name.replace(/-[a-z0-9]{10}$/, "") === name.replace(/-[a-z0-9]{10}$/, ""),
  );
  if (!found) throw new Error(`there is no ${kind} ${name}`);
  return found;
}

// The profile "restricted" of the Pod Security Standards (kubernetes.io/docs/concepts/security/pod-security-standards) and
// what Tandem demands beyond it, as a function from a pod to what is wrong with it.
import type { Container, PodSpec } from "./manifests.ts";

const VOLUMES = [
  "configMap",
  "csi",
  "downwardAPI",
  "emptyDir",
  "ephemeral",
  "persistentVolumeClaim",
  "projected",
  "secret",
];
const SECCOMP = ["RuntimeDefault", "Localhost"];

/** Every rule that the pod breaks; none for a good one. */
export function podProblems(pod: PodSpec): readonly string[] {
  const security = pod.securityContext ?? {};
  const containers = [...pod.containers, ...(pod.initContainers ?? [])];
  const rules: readonly (readonly [string, boolean])[] = [
    ["hostNetwork", pod.hostNetwork !== true],
    ["hostPID", pod.hostPID !== true],
    ["hostIPC", pod.hostIPC !== true],
    ["sysctls", security.sysctls === undefined],
    [
      "volume types",
      (pod.volumes ?? []).every((volume) =>
        Object.keys(volume).every((key) => key === "name" || VOLUMES.includes(key)),
      ),
    ],
    ["a token of the cluster's API", pod.automountServiceAccountToken === false],
  ];
  return [
    ...rules.flatMap(([rule, holds]) => (holds ? [] : [rule])),
    ...containers.flatMap((container) => containerProblems(container, security)),
  ];
}

function containerProblems(container: Container, pod: Readonly<Record<string, unknown>>): readonly string[] {
  const security: Readonly<Record<string, unknown>> = { ...pod, ...container.securityContext };
  const { drop = [], add = [] } = Object(security.capabilities) as {
    drop?: readonly string[];
    add?: readonly string[];
  };
  const { type } = Object(security.seccompProfile) as { type?: string };
  const { requests, limits } = container.resources ?? {};
  const rules: readonly (readonly [string, boolean])[] = [
    ["privileged", security.privileged !== true],
    ["allowPrivilegeEscalation", security.allowPrivilegeEscalation === false],
    ["runAsNonRoot", security.runAsNonRoot === true],
    ["runAsUser", security.runAsUser !== 0],
    ["seccompProfile", type !== undefined && SECCOMP.includes(type)],
    ["capabilities.drop", drop.includes("ALL")],
    ["capabilities.add", add.length === 0],
    ["procMount", security.procMount === undefined],
    ["hostPort", (container.ports ?? []).every(({ hostPort }) => hostPort === undefined)],
    ["readOnlyRootFilesystem", security.readOnlyRootFilesystem === true],
    ["resources", Boolean(requests?.cpu && requests.memory && limits?.memory)],
    ["probes", Boolean(container.startupProbe && container.livenessProbe && container.readinessProbe)],
  ];
  return rules.flatMap(([rule, holds]) => (holds ? [] : [`${container.name}: ${rule}`]));
}

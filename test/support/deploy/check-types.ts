// Holds manifests against Kubernetes' own API description, which npm has as the types of `kubernetes-types`, made of its
// OpenAPI document: the compiler reads each manifest as a literal of its type, and so finds unknown fields as well, which
// a JSON schema made of that document lets pass.
import { spawnSync } from "node:child_process";
import { mkdtempSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Manifest } from "./manifests.ts";

const modules = join(import.meta.dirname, "../../../node_modules");
const CUSTOM = ["monitoring.coreos.com/v1", "route.openshift.io/v1"];
const OPTIONS = {
  strict: true,
  noEmit: true,
  skipLibCheck: true,
  module: "nodenext",
  target: "es2023",
  types: [],
  allowImportingTsExtensions: true,
};

/** What the compiler says about the manifests; empty when they are right. A wrong field is named by its path there. */
export function checkTypes(manifests: readonly Manifest[]): string {
  const directory = mkdtempSync(join(tmpdir(), "tandem-types-"));
  try {
    symlinkSync(modules, join(directory, "node_modules"));
    writeFileSync(
      join(directory, "tsconfig.json"),
      JSON.stringify({ compilerOptions: OPTIONS, files: ["manifests.ts"] }),
    );
    writeFileSync(join(directory, "manifests.ts"), manifests.map(asSource).join(""));
    const { stdout, stderr } = spawnSync(process.execPath, [join(modules, "typescript/bin/tsc"), "-p", directory], {
      encoding: "utf8",
    });
    return stdout + stderr;
  } finally {
    rmSync(directory, { recursive: true, force: true });
  }
}

function asSource(manifest: Manifest, index: number): string {
  const { apiVersion, kind, metadata } = manifest;
  const [version, group = "core."] = apiVersion.split("/").reverse();
  const module = CUSTOM.includes(apiVersion)
    ? join(import.meta.dirname, "custom-resources.ts")
    : `kubernetes-types/${group.split(".", 1)[0]}/${version}.d.ts`;
  return `// ${kind} ${metadata.name}
import type { ${kind} as T${index} } from ${JSON.stringify(module)};
export const m${index}: T${index} = ${JSON.stringify(manifest, null, 1)};
`;
}

// Reads `.distro/source-git.yaml`: YAML 1.1, checked, for one package.
import { type Scalar, visit } from "yaml";
import type { z } from "zod";
import { type BytePath, pathFromText } from "../../git/byte-path.ts";
import { userError } from "../../model/errors.ts";
import { checkedPath } from "../files/checked-path.ts";
import type { SyncItem } from "../files/sync-files.ts";
import { parseYaml } from "../parse-yaml.ts";
import { resolvePlain } from "../yaml-scalar.ts";
import { type SourceGitFile, sourceGitSchema } from "./source-git-schema.ts";

/** Where the configuration stands in source-git. */
export const CONFIG_PATH = ".distro/source-git.yaml";

/** What the engine needs to know of a package. */
export interface SourceGitConfig {
  /** Name of the package in dist-git; its spec is `<name>.spec`. */
  readonly packageName: string;
  /** Lower bound of the range: tag, branch, id or glob. Undefined: no patches are made. */
  readonly upstreamRef: string | undefined;
  /** Path of the spec in source-git. */
  readonly specPath: string;
  /** Git pathspecs that are kept out of patches. */
  readonly ignorePaths: readonly string[];
  /** Digits of the first generated patch number; 0: no number. */
  readonly patchIdDigits: number;
  /** True: the spec is copied as it is. False: dist-git keeps its changelog. */
  readonly syncChangelog: boolean;
  readonly filesToSync: readonly SyncItem[];
  /** Names of the actions that the file asks to run. They are never run. */
  readonly actions: readonly string[];
  /** Whether the file describes several packages that share the repository. */
  readonly isShared: boolean;
  /** Paths whose changes become the package's patches; `""` is the root. */
  readonly paths: readonly BytePath[];
}

/** Which package is meant where the file describes several. */
export interface ConfigChoice {
  /** Name of the dist-git repository. */
  readonly distGitName?: string;
}

const MAX_BYTES = 65_536;
const MAX_ALIASES = 100;

/**
 * Reads the file's content. Throws kind `user`: `config-invalid` (with key and reason), `package-ambiguous`.
 */
export function readConfig(content: Buffer, choice: ConfigChoice = {}): SourceGitConfig {
  const parsed = sourceGitSchema.safeParse(loadYaml(content));
  if (!parsed.success) throw invalid(describe(parsed.error));
  return choosePackage(parsed.data, choice);
}

// The scalars of the predecessor's parser, not the library's: `.` is a text, `1.0` a number.
function resolve(node: Scalar): void {
  if (node.type === "PLAIN" && typeof node.value === "string") node.value = resolvePlain(node.value);
}

function loadYaml(content: Buffer): unknown {
  if (content.length > MAX_BYTES) throw invalid(`the file is larger than ${MAX_BYTES} bytes`);
  try {
    const parsed = parseYaml(content.toString("utf8"));
    if (!parsed) throw invalid("it is nested too deeply");
    const { document, problem } = parsed;
    if (problem !== undefined) throw invalid(problem);
    visit(document, { Scalar: (_key, node) => resolve(node) });
    const value: unknown = document.toJS({ maxAliasCount: MAX_ALIASES });
    return value ?? {};
  } catch (error) {
    // Too many aliases, or one that stands for nothing.
    if (error instanceof ReferenceError) throw invalid("its aliases cannot be resolved, or are too many");
    throw error;
  }
}

function choosePackage(file: SourceGitFile, { distGitName }: ConfigChoice): SourceGitConfig {
  const { packages, ...shared } = file;
  if (!packages) return { ...makeConfig(shared, undefined), isShared: false };
  const named = Object.entries(packages).map(([key, own]) => ({ key, own: { ...shared, ...own } }));
  const nameOf = ({ key, own }: (typeof named)[number]) => own.downstream_package_name ?? key;
  const chosen = named.find((entry) => nameOf(entry) === distGitName) ?? (named.length === 1 ? named[0] : undefined);
  if (chosen) return { ...makeConfig(chosen.own, chosen.key), isShared: named.length > 1 };
  throw userError(
    "package-ambiguous",
    `${CONFIG_PATH} describes several packages, and none is '${distGitName ?? ""}'.`,
    {
      fix: "Add a package whose downstream_package_name is the name of the dist-git repository.",
    },
  );
}

function makeConfig(file: Omit<SourceGitFile, "packages">, key: string | undefined): Omit<SourceGitConfig, "isShared"> {
  const packageName = file.downstream_package_name ?? key;
  if (!packageName) throw invalid("downstream_package_name: Missing data for required field.");
  if (!/^[A-Za-z0-9_][A-Za-z0-9._+-]*$/.test(packageName)) {
    throw invalid(`downstream_package_name: '${packageName.slice(0, 80)}' is not a package name.`);
  }
  const specPath = file.specfile_path ?? `${packageName}.spec`;
  const filesToSync = file.files_to_sync ?? file.synced_files ?? [];
  return {
    packageName,
    upstreamRef: file.upstream_ref ?? undefined,
    specPath,
    ignorePaths: file.patch_generation_ignore_paths ?? [],
    patchIdDigits: file.patch_generation_patch_id_digits ?? 4,
    syncChangelog: file.sync_changelog ?? false,
    filesToSync: filesToSync.length > 0 ? filesToSync : [defaultItem(specPath, packageName)],
    actions: Object.keys(file.actions ?? {}),
    paths: packagePaths(file.paths ?? []),
  };
}

function packagePaths(paths: readonly string[]): readonly BytePath[] {
  const checked = paths.map((path) => checkedPath(path, "paths").path);
  return checked.length > 0 ? checked : [pathFromText("")];
}

/** Without `files_to_sync` only the spec is copied. (The predecessor's second default, the configuration, never exists in the root.) */
function defaultItem(specPath: string, packageName: string): SyncItem {
  return { src: [specPath], dest: `${packageName}.spec`, mkpath: false, delete: false, filters: [] };
}

function describe(error: z.ZodError): string {
  const problems = error.issues.flatMap((issue) => {
    const path = issue.path.join(".");
    if (issue.code === "unrecognized_keys") {
      return issue.keys.map((key) => `${path ? `${path}.` : ""}${key}: Unknown field.`);
    }
    return [`${path || "the file"}: ${issue.message}`];
  });
  return problems.slice(0, 10).join(" ").slice(0, 1000);
}

function invalid(reason: string) {
  return userError("config-invalid", `${CONFIG_PATH} cannot be used: ${reason}`, {
    fix: `Correct ${CONFIG_PATH} in source-git.`,
  });
}

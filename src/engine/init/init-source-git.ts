// A new source-git history on top of an upstream commit, made of dist-git's files and patches: spec → `.distro` → one
// commit for each patch (engine.md 7). Reads and writes objects only; no ref is touched, nothing is executed.

import { type BytePath, pathFromText, pathToText } from "../../git/byte-path.ts";
import type { Repository } from "../../git/repository.ts";
import { userError } from "../../model/errors.ts";
import type { Sha } from "../../model/ids.ts";
import { DIST_TRAILER } from "../../model/pair.ts";
import { type FileEntry, type FileMap, joinPath, toTreeFiles } from "../files/file-map.ts";
import { DEFAULT_LIMITS, type EngineLimits } from "../limits.ts";
import { readFiles, readRegular } from "../read-source.ts";
import { parseSpec, type Spec } from "../spec/parse-spec.ts";
import { withoutPatches } from "../spec/quiet-edit.ts";
import { fromLines, toLines } from "../spec/spec-lines.ts";
import { applyListed, type PatchIdentity, type PatchStep } from "./apply-listed.ts";
import { describePatch, type ListedPatch, listPatches } from "./list-patches.ts";
import { lookasideSources, type PkgTool } from "./lookaside.ts";
import { readPrep } from "./prep-levels.ts";
import { writeConfig } from "./write-config.ts";

/** What source-git is made from. All commits have to be in the repository. */
export interface InitInput {
  /** The upstream commit on which source-git stands. */
  readonly upstream: Sha;
  /** How `upstream_ref` names it. */
  readonly upstreamRef: string;
  readonly upstreamUrl: string;
  readonly distHead: Sha;
  readonly packageName: string;
  /** Whose lookaside cache holds the archives. */
  readonly pkgTool: PkgTool;
  /** Author of the packaging commit, and committer of all. */
  readonly identity: PatchIdentity;
  readonly limits?: EngineLimits;
}

/** A new source-git history. */
export interface InitResult {
  readonly head: Sha;
  /** The packaging commit, then those of the patches, in order. */
  readonly commits: readonly PatchStep[];
  /** What the reader should know, one sentence each. */
  readonly notes: readonly string[];
}

/**
 * Makes the commits. Throws kind `user`: `distro-exists`, `spec-missing`, `autosetup-missing`, `patch-missing`,
 * `patch-name-invalid`, `patch-does-not-apply`; then nothing but unreachable objects was stored.
 */
export async function initSourceGit(repository: Repository, input: InitInput): Promise<InitResult> {
  const limits = input.limits ?? DEFAULT_LIMITS;
  const upstream = await readFiles(repository, input.upstream, limits);
  const dist = await readFiles(repository, input.distHead, limits);
  checkUpstream(upstream, input);
  const specPath = pathFromText(`${input.packageName}.spec`);
  const content = await readRegular(repository, dist, specPath, limits.maxReadBytes);
  if (!content) throw specMissing(input.packageName);
  const spec = parseSpec(toLines(content));
  const prep = readPrep(spec);
  if (!prep) throw autosetupMissing();
  const listed = listPatches(spec, dist, pathToText(specPath));

  const packaging = await writePackaging(repository, input, { limits, upstream, dist, spec, listed });
  const applied = await applyListed(repository, { input, listed, prep, packaging, limits });
  return {
    head: applied.head,
    commits: [packaging, ...applied.commits],
    notes: [...notesOf({ spec, dist, listed }), ...applied.notes],
  };
}

interface Parts {
  readonly limits: EngineLimits;
  readonly upstream: FileMap;
  readonly dist: FileMap;
  readonly spec: Spec;
  readonly listed: readonly ListedPatch[];
}

const SUBJECT = "Initialize as a source-git repository";

async function writePackaging(repository: Repository, input: InitInput, parts: Parts): Promise<PatchStep> {
  const files = new Map(parts.upstream);
  const put = (name: BytePath, entry: FileEntry) => files.set(joinPath(".distro", name), entry);
  for (const [path, entry] of parts.dist) {
    if (isCopied(path, entry) && !parts.listed.some(({ name }) => pathFromText(name) === path)) put(path, entry);
  }
  const written: readonly (readonly [string, Buffer])[] = [
    [".gitignore", Buffer.from("# Reset gitignore rules\n!*\n")],
    ["source-git.yaml", Buffer.from(await configText(repository, input, parts))],
    [`${input.packageName}.spec`, fromLines(withoutPatches(parts.spec, parts.spec.patches, true))],
  ];
  const ids = await repository.writeBlobs(written.map(([, content]) => content));
  for (const [index, [name]] of written.entries()) {
    const id = ids[index];
    const path = pathFromText(name);
    if (id) put(path, { mode: parts.dist.get(path)?.mode ?? "100644", id });
  }
  const sha = await repository.writeCommit({
    tree: await repository.writeTree(toTreeFiles(files)),
    parents: [input.upstream],
    ...input.identity,
    message: `${SUBJECT}\n\n${DIST_TRAILER}: ${input.distHead}\n`,
  });
  return { sha, subject: SUBJECT, patch: undefined };
}

/** Dist-git's own files and all patches stay behind, in sub-directories too; a submodule is no file. */
function isCopied(path: BytePath, { mode }: FileEntry): boolean {
  if (mode === "160000") return false;
  return !path.split("/").some((name) => name.startsWith(".git") || name === "sources" || name.endsWith(".patch"));
}

async function configText(repository: Repository, input: InitInput, { dist, spec, limits }: Parts): Promise<string> {
  const sources = await readRegular(repository, dist, pathFromText("sources"), limits.maxReadBytes);
  const { upstreamUrl, upstreamRef, packageName, pkgTool } = input;
  return writeConfig({
    upstreamUrl,
    upstreamRef,
    packageName,
    digits: digitsOf(spec),
    sources: lookasideSources(sources?.toString("utf8") ?? "", packageName, pkgTool),
  });
}

/** Digits of the first Patch tag: 0 without a number, 1 without a leading zero. */
function digitsOf({ patches }: Spec): number {
  const name = patches[0]?.tag?.name;
  if (name === undefined) return 1;
  const digits = /\d*$/.exec(name)?.[0] ?? "";
  return digits === "" || digits.startsWith("0") ? digits.length : 1;
}

function notesOf({ spec, dist, listed }: Pick<Parts, "spec" | "dist" | "listed">): string[] {
  const conditional = listed.filter(({ entry }) => (spec.depth[entry.line] ?? 0) > 0);
  const names = new Set(listed.map(({ name }) => pathFromText(name)));
  const spare = [...dist.keys()].filter((path) => path.endsWith(".patch") && !names.has(path));
  const isOrdered = listed.every(({ entry }, index) => entry.line > (listed[index - 1]?.entry.line ?? -1));
  const disorder =
    "The numbers of the patches do not ascend line by line; update-dist-git writes the lines in that order.";
  return [
    ...(isOrdered ? [] : [disorder]),
    ...conditional.map(
      ({ entry }) =>
        `${describePatch(entry)} stands in a conditional (%if) of the spec; in source-git it is always applied.`,
    ),
    ...spare.map(
      (path) =>
        `The spec lists no patch '${pathToText(path)}'; it is not part of source-git, and update-dist-git removes it.`,
    ),
  ];
}

function checkUpstream(upstream: FileMap, { upstreamRef }: InitInput): void {
  if (![...upstream.keys()].some((path) => path === ".distro" || path.startsWith(".distro/"))) return;
  throw userError("distro-exists", `'${upstreamRef}' has a .distro already.`, {
    fix: "Name the upstream commit or tag, without downstream commits.",
  });
}

function specMissing(packageName: string) {
  return userError("spec-missing", `dist-git has no spec file '${packageName}.spec'.`, {
    fix: "Name the package with --pkg-name, or check out the right branch of dist-git.",
  });
}

function autosetupMissing() {
  return userError("autosetup-missing", "The spec is not using %autosetup in %prep.", {
    fix: "Change %prep to use '%autosetup -p1' and commit that to dist-git first.",
  });
}

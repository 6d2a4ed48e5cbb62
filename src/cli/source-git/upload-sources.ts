// Uploads new archives of dist-git to the lookaside cache, with the packaging tool that the user named (engine.md 4.4).
// Only what lies in the work tree is uploaded; nothing is downloaded.
import { spawn } from "node:child_process";
import { accessSync, constants, copyFileSync, lstatSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { delimiter, isAbsolute, join } from "node:path";
import { missingArchives } from "../../engine/missing-archives.ts";
import { pathFromText } from "../../git/byte-path.ts";
import type { Repository, TreeFile } from "../../git/repository.ts";
import type { WorkTree } from "../../git/work-tree.ts";
import { TandemError, userError } from "../../model/errors.ts";
import type { Sha } from "../../model/ids.ts";
import type { OpenedTree, Session } from "./session.ts";

/** What the tool rewrites in dist-git. */
const REWRITTEN = ["sources", ".gitignore"];

/** The program in the user's PATH. Throws kind `user`, code `tool-missing`. */
export function findTool(name: string, path: string | undefined): string {
  for (const directory of (path ?? "").split(delimiter).filter(isAbsolute)) {
    const file = join(directory, name);
    if (statSync(file, { throwIfNoEntry: false })?.isFile() && isExecutable(file)) return file;
  }
  throw userError("tool-missing", `The packaging tool '${name}' is not in PATH.`, {
    fix: "Install it, or go on without --pkg-tool and upload the sources yourself.",
  });
}

function isExecutable(file: string): boolean {
  try {
    accessSync(file, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}

/** What is to be uploaded for a dist-git tree. */
export interface Upload {
  readonly tool: string;
  readonly repository: Repository;
  /** The tree to be. */
  readonly tree: Sha;
  readonly packageName: string;
}

/**
 * Uploads the archives that the spec names, that lie in the work tree, and that `sources` does not know yet. Returns the
 * tree with what the tool wrote to `sources` and `.gitignore`; the work tree itself is as before, whatever happens.
 * Throws kind `environment`, code `tool-failed`.
 */
export async function uploadSources(session: Session, dist: OpenedTree, upload: Upload): Promise<Sha> {
  const { repository, tool } = upload;
  const files = await repository.readTree(upload.tree);
  const archives = await newArchives(session, { dist, upload, files });
  if (archives.length === 0) return upload.tree;
  session.progress(`uploading ${archives.join(", ")}`);
  const written = await withRestored(dist.tree, () => runTool(session, tool, archives, dist.tree.path));
  const names = [...written.keys()];
  const ids = await repository.writeBlobs(names.map((name) => written.get(name) ?? Buffer.alloc(0)));
  const changed = new Map(names.map((name, index) => [pathFromText(name), ids[index]]));
  const kept = files.filter(({ path }) => !changed.has(path));
  const added = [...changed].flatMap(([path, id]) => (id ? [{ path, id, mode: "100644" } as const] : []));
  return await repository.writeTree([...kept, ...added]);
}

async function newArchives(
  session: Session,
  { dist, upload, files }: { readonly dist: OpenedTree; readonly upload: Upload; readonly files: readonly TreeFile[] },
): Promise<string[]> {
  const read = async (name: string) => {
    const path = pathFromText(name);
    const file = files.find((one) => one.path === path);
    const [content] = file ? await upload.repository.readBlobs([file.id]) : [];
    return content ?? Buffer.alloc(0);
  };
  const [spec, sources] = await Promise.all([read(`${upload.packageName}.spec`), read("sources")]);
  const tracked = new Set<string>(files.map(({ path }) => path));
  const hasFile = (name: string) => tracked.has(pathFromText(name));
  return missingArchives({ spec, sources, hasFile }).filter((name) => {
    const isThere = statSync(join(dist.tree.path, name), { throwIfNoEntry: false })?.isFile() === true;
    if (!isThere) session.note(`'${name}' is neither in '${dist.shown}' nor in its file sources; it was not uploaded`);
    return isThere;
  });
}

/** Runs `work`, returns what it made of the files that the tool rewrites, and puts files and index back. */
async function withRestored(tree: WorkTree, work: () => Promise<void>): Promise<Map<string, Buffer>> {
  const files = REWRITTEN.map((name) => ({ name, path: join(tree.path, name) }));
  const before = files.map(({ path }) => readIfThere(path));
  const saved = `${tree.index}.tandem`;
  copyFileSync(tree.index, saved);
  try {
    await work();
    return new Map(
      files.flatMap(({ name, path }) => {
        const content = readIfThere(path);
        return content ? [[name, content] as const] : [];
      }),
    );
  } finally {
    for (const [index, { path }] of files.entries()) {
      const content = before[index];
      if (content) writeFileSync(path, content);
      else rmSync(path, { force: true });
    }
    copyFileSync(saved, tree.index);
    rmSync(saved, { force: true });
  }
}

function readIfThere(path: string): Buffer | undefined {
  const stats = lstatSync(path, { throwIfNoEntry: false });
  if (!stats || stats.isFile()) return stats && readFileSync(path);
  throw userError("sources-no-file", `'${path}' is not a regular file.`, { fix: "Replace it by one." });
}

/** The tool is the user's: it gets the whole environment, and what it says goes to stderr. */
async function runTool(session: Session, tool: string, archives: readonly string[], cwd: string): Promise<void> {
  const { env, stderr } = session.context;
  const child = spawn(tool, ["new-sources", ...archives], {
    cwd,
    env,
    stdio: ["ignore", "pipe", "pipe"],
    signal: session.signal,
  });
  child.stdout.on("data", (chunk: Buffer) => stderr(chunk.toString("utf8")));
  child.stderr.on("data", (chunk: Buffer) => stderr(chunk.toString("utf8")));
  const code = await new Promise<number | null>((resolve, reject) => {
    child.on("error", reject);
    child.on("close", resolve);
  });
  if (code === 0) return;
  throw new TandemError("environment", `'${tool} new-sources' failed with exit code ${code}.`, {
    code: "tool-failed",
    fix: "See what it said above. Nothing was changed in dist-git.",
  });
}

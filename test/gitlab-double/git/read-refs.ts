// Refs of a repository, read from its files without starting git: the double reads them after everything that moves one.
import { readdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import { readLooseObject } from "./loose-objects.ts";

const SHA = /^[0-9a-f]{40}$/;

/**
 * Refs by full name, in git's order, annotated tags as the commits that they name. Undefined when something is unusual (a
 * symbolic ref, a tag object in a pack): then git has to be asked.
 */
export async function readRefFiles(gitDir: string): Promise<ReadonlyMap<string, string> | undefined> {
  // Loose refs first, as git does it: what is packed meanwhile is then seen twice, and never missed.
  const loose = await readLoose(gitDir);
  const packed = await readPacked(gitDir);
  const found = new Map<string, string>();
  for (const [name, sha] of loose) {
    const commit = SHA.test(sha) ? await peel(gitDir, name, sha) : undefined;
    if (commit === undefined) return undefined;
    found.set(name, commit);
  }
  for (const [name, { sha, peeled }] of packed) {
    const commit = found.get(name) ?? peeled ?? (await peel(gitDir, name, sha));
    if (commit === undefined) return undefined;
    found.set(name, commit);
  }
  return new Map([...found].sort(([one], [other]) => (one < other ? -1 : 1)));
}

async function readLoose(gitDir: string): Promise<ReadonlyMap<string, string>> {
  const names = await readdir(join(gitDir, "refs"), { recursive: true }).catch(() => []);
  const read = names.map(async (name) => {
    // A folder, or something that was removed meanwhile.
    const text = await readFile(join(gitDir, "refs", name), "utf8").catch(() => undefined);
    return text === undefined || name.endsWith(".lock") ? [] : [[`refs/${name}`, text.trim()] as const];
  });
  return new Map((await Promise.all(read)).flat());
}

interface Packed {
  readonly sha: string;
  readonly peeled?: string;
}

async function readPacked(gitDir: string): Promise<ReadonlyMap<string, Packed>> {
  const text = await readFile(join(gitDir, "packed-refs"), "utf8").catch(() => "");
  const refs = new Map<string, Packed>();
  let last = "";
  for (const line of text.split("\n")) {
    const [sha = "", name = ""] = line.split(" ");
    if (line.startsWith("^")) refs.set(last, { sha: refs.get(last)?.sha ?? "", peeled: line.slice(1) });
    else if (SHA.test(sha)) {
      refs.set(name, { sha });
      last = name;
    }
  }
  return refs;
}

/** Only tags can name something else than a commit. */
async function peel(gitDir: string, name: string, sha: string): Promise<string | undefined> {
  if (!name.startsWith("refs/tags/")) return sha;
  const object = await readLooseObject(gitDir, sha);
  if (object?.type !== "tag") return object && sha;
  const inner = /^object ([0-9a-f]{40})$/m.exec(object.bytes.toString("latin1"))?.[1];
  return inner && peel(gitDir, name, inner);
}

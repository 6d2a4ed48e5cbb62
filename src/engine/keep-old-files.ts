// Which patch files of dist-git stay as they are (engine.md 2.12, D23): those with the same changes, and those which, applied
// in their place, give the same files although they are written in another way (a bare diff, less context).
import type { CommitChange, PatchScope, Repository } from "../git/repository.ts";
import { TandemError } from "../model/errors.ts";
import type { Sha } from "../model/ids.ts";
import type { FileEntry } from "./files/file-map.ts";
import type { EngineLimits } from "./limits.ts";
import { applyDiffs, type MemoryFile } from "./patches/apply-diff.ts";
import type { PatchFile } from "./patches/make-patches.ts";
import { type FileDiff, parseDiffs } from "./patches/parse-diff.ts";
import { sameChanges } from "./patches/patch-identity.ts";

/** What the decision is made with. */
export interface KeepContext {
  readonly repository: Repository;
  readonly limits: EngineLimits;
  readonly scope: PatchScope;
}

/** A fresh patch, the file that dist-git has under its name, and what that one says. */
interface Candidate {
  readonly patch: PatchFile;
  readonly before: Buffer;
  readonly diffs: readonly FileDiff[];
}

/** The files that a patch changes, before and behind it. Paths are bytes as Latin-1 characters. */
type Effect = ReadonlyMap<string, { readonly before: FileEntry | undefined; readonly after: FileEntry | undefined }>;

/** The patches, with the content of `old` (by name) where that is as good. A fixed number of git processes. */
export async function keepOldFiles(
  patches: readonly PatchFile[],
  old: ReadonlyMap<string, Buffer>,
  context: KeepContext,
): Promise<readonly PatchFile[]> {
  const kept = new Map<PatchFile, Buffer>();
  const candidates: Candidate[] = [];
  for (const patch of patches) {
    const before = old.get(patch.name);
    if (!before) continue;
    const isSame = sameChanges(before, patch.content);
    const diffs = isSame ? undefined : parseDiffs(before.toString("latin1"), patch.noPrefix ? 0 : 1);
    if (isSame) kept.set(patch, before);
    else if (diffs) candidates.push({ patch, before, diffs });
  }
  for (const { patch, before } of await withSameEffect(candidates, context)) kept.set(patch, before);
  return patches.map((patch) => ({ ...patch, content: kept.get(patch) ?? patch.content }));
}

async function withSameEffect(
  candidates: readonly Candidate[],
  { repository, limits, scope }: KeepContext,
): Promise<readonly Candidate[]> {
  if (candidates.length === 0) return [];
  const commits = candidates.flatMap(({ patch }) => patch.commits);
  const changes = await repository.listChanges(commits, scope);
  const effects = candidates.map(({ patch }) => effectOf(patch.commits.map(({ sha }) => changes.get(sha) ?? [])));
  const ids = effects.flatMap((effect) => [...(effect?.values() ?? [])].flatMap(textIds));
  const texts = await readTexts(repository, [...new Set(ids)], limits);
  return candidates.filter(({ diffs }, index) => {
    const effect = effects[index];
    return effect !== undefined && texts !== undefined && hasEffect(diffs, effect, texts);
  });
}

/** What the commits do together; undefined where they do not stand on each other. */
function effectOf(commits: readonly (readonly CommitChange[])[]): Effect | undefined {
  const effect = new Map<string, { before: FileEntry | undefined; after: FileEntry | undefined }>();
  for (const { path, before, after } of commits.flat()) {
    const known = effect.get(path);
    if (known && !sameEntry(known.after, before)) return undefined;
    effect.set(path, { before: known ? known.before : before, after });
  }
  return effect;
}

function sameEntry(one: FileEntry | undefined, other: FileEntry | undefined): boolean {
  return one?.id === other?.id && one?.mode === other?.mode;
}

function textIds({ before, after }: { before: FileEntry | undefined; after: FileEntry | undefined }): Sha[] {
  return [before, after].flatMap((entry) => (entry && entry.mode !== "160000" ? [entry.id] : []));
}

/** Undefined where they are too large to be compared: then nothing stays. */
async function readTexts(
  repository: Repository,
  ids: readonly Sha[],
  { maxReadBytes }: EngineLimits,
): Promise<ReadonlyMap<Sha, string> | undefined> {
  try {
    const contents = await repository.readBlobs(ids, { maxBytes: maxReadBytes });
    return new Map(ids.map((id, index) => [id, contents[index]?.toString("latin1") ?? ""]));
  } catch (error) {
    if (error instanceof TandemError && error.code === "output-too-large") return undefined;
    throw error;
  }
}

function hasEffect(diffs: readonly FileDiff[], effect: Effect, texts: ReadonlyMap<Sha, string>): boolean {
  const inMemory = (entry: FileEntry | undefined): MemoryFile | undefined =>
    entry && { mode: entry.mode, content: texts.get(entry.id) };
  const before = new Map([...effect].map(([path, change]) => [path, inMemory(change.before)]));
  const result = applyDiffs(before, diffs);
  return [...effect].every(([path, change]) => {
    const [got, wanted] = [result?.get(path), inMemory(change.after)];
    return result !== undefined && got?.mode === wanted?.mode && got?.content === wanted?.content;
  });
}

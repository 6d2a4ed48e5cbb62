// What has to hold for every history.
import { expect } from "@jest/globals";
import { makeDistGitTree } from "../../src/engine/make-dist-git-tree.ts";
import { parseSpec } from "../../src/engine/spec/parse-spec.ts";
import { openBareRepository } from "../../src/git/bare-repository.ts";
import type { Repository } from "../../src/git/repository.ts";
import { TandemError } from "../../src/model/errors.ts";
import { parseSha, type Sha } from "../../src/model/ids.ts";
import { gitBytes } from "../support/git/test-repository.ts";
import { buildHistory } from "./build-history.ts";
import type { RandomHistory } from "./random-history.ts";

/** What may be said against such a history. */
const REFUSALS = new Set([
  "history-not-reproducible",
  "patch-name-repeated",
  "patch-prefix-mixed",
  "patch-id-order",
  "spec-missing",
]);

/** The outcome: `applied`, or the code of the refusal. */
export type Outcome = string;

/** Transforms a history, twice or thrice, in a new repository, and checks what comes out. */
export async function checkHistory(directory: string, history: RandomHistory): Promise<Outcome> {
  const repository = await openBareRepository({ directory, environment: { PATH: process.env.PATH ?? "" } });
  const built = await buildHistory(directory, history);
  const refs = await refsOf(directory);
  try {
    return await transformAll(repository, directory, built);
  } catch (error) {
    if (!(error instanceof TandemError) || !REFUSALS.has(error.code)) throw error;
    // Where upstream_ref is the ground on which source-git was begun, there is always a way.
    if (error.code === "history-not-reproducible") expect(history.moved).toBe(true);
    expect(error.kind).toBe("user");
    return error.code;
  } finally {
    expect(await refsOf(directory)).toBe(refs);
  }
}

async function transformAll(
  repository: Repository,
  directory: string,
  built: Awaited<ReturnType<typeof buildHistory>>,
): Promise<Outcome> {
  const head = sha(built.head);
  let dist = sha(built.dist);
  // An update before this one, of another head: what it left in dist-git must not matter to the patches.
  if (built.synced) {
    const former = await transform(repository, sha(built.synced), dist).catch((error: unknown) => {
      if (error instanceof TandemError && REFUSALS.has(error.code)) return undefined;
      throw error;
    });
    if (former) dist = await commit(repository, former.tree, dist);
  }
  const result = await transform(repository, head, dist);
  const again = await transform(repository, head, await commit(repository, result.tree, dist));
  expect({ changed: again.changed, files: again.files }).toEqual({ changed: false, files: [] });
  if (!result.upstream) throw new Error("no upstream");
  const applied = await apply(repository, directory, { tree: result.tree, base: result.upstream });
  expect(await listed(directory, applied)).toEqual(await listed(directory, head));
  return "applied";
}

async function transform(repository: Repository, sourceHead: Sha, distHead: Sha) {
  return await makeDistGitTree(repository, { sourceHead, distHead, copyCiFile: false, patchComments: "full" });
}

async function commit(repository: Repository, tree: Sha, parent: Sha): Promise<Sha> {
  const person = { name: "A", email: "a@example.com", date: "1700000000 +0000" };
  return await repository.writeCommit({ tree, parents: [parent], author: person, committer: person, message: "x\n" });
}

/** The tree that real git gives when it applies the generated patches in the order of the spec. */
async function apply(
  repository: Repository,
  directory: string,
  { tree, base }: { tree: Sha; base: Sha },
): Promise<string> {
  const files = await repository.readTree(tree);
  const byName = new Map(files.map(({ path, id }) => [path as string, id]));
  const [spec = ""] = await texts(repository, [byName.get("hello.spec")]);
  const names = parseSpec(spec.split("\n"))
    .patches.map(({ location }) => location)
    .filter((name) => name !== "own.patch" && name !== "listed.patch");
  const patches = await texts(
    repository,
    names.map((name) => byName.get(name)),
  );
  const git = (args: readonly string[], input?: Buffer) =>
    gitBytes([`--work-tree=${directory}`, ...args], directory, input);
  await git(["read-tree", base]);
  // One mail at a time, as rpm's patch: git takes a file as one change, and loses a deletion behind an edit in it.
  const mails = patches.flatMap((patch) => patch.split(/^(?=From [0-9a-f]{40} Mon Sep 17 00:00:00 2001\n)/m));
  for (const patch of mails) {
    const level = /^diff --git "?a\//m.test(patch) ? "-p1" : "-p0";
    await git(["apply", "--cached", "--whitespace=nowarn", level], Buffer.from(patch, "latin1"));
  }
  return (await git(["write-tree"])).toString().trim();
}

async function texts(repository: Repository, ids: readonly (Sha | undefined)[]): Promise<string[]> {
  const found = ids.flatMap((id) => id ?? []);
  if (found.length < ids.length) throw new Error("the spec lists a file that dist-git has not");
  return (await repository.readBlobs(found)).map((content) => content.toString("latin1"));
}

async function listed(directory: string, revision: string): Promise<string[]> {
  const output = await gitBytes(["ls-tree", "-r", revision], directory);
  return output
    .toString()
    .split("\n")
    .filter((line) => !/\t(?:\.distro|ignored)\//.test(line));
}

async function refsOf(directory: string): Promise<string> {
  return (await gitBytes(["for-each-ref"], directory)).toString();
}

function sha(value: string): Sha {
  const found = parseSha(value);
  if (!found) throw new Error(`no commit: ${value}`);
  return found;
}

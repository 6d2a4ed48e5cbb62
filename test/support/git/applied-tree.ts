// An independent witness of the patches: real git applies them, one after the other, in a work tree.
import { expect } from "@jest/globals";
import { parseSpec } from "../../../src/engine/spec/parse-spec.ts";
import type { Repository } from "../../../src/git/repository.ts";
import type { Sha } from "../../../src/model/ids.ts";
import { gitBytes, type TestRepository } from "./test-repository.ts";

/** What is applied where. */
export interface Application {
  /** The dist-git tree. */
  readonly tree: Sha;
  /** The commit on which the patches are applied. */
  readonly base: Sha;
  /** A directory that is created. */
  readonly work: string;
  /** The source-git repository. */
  readonly origin: string;
}

/** Applies the patches in the order of the spec and returns `git ls-tree` of the outcome. */
export async function appliedTree(
  repository: Repository,
  { tree, base, work, origin }: Application,
): Promise<string[]> {
  const files = await repository.readTree(tree);
  const contents = await repository.readBlobs(files.map(({ id }) => id));
  const byName = new Map(files.map(({ path }, index) => [path as string, contents[index] ?? Buffer.alloc(0)]));
  await gitBytes(["clone", "-q", "--no-checkout", origin, work], ".");
  await gitBytes(["checkout", "-q", base], work);
  for (const { location } of parseSpec((byName.get("hello.spec") ?? "").toString("latin1").split("\n")).patches) {
    const patch = byName.get(location) ?? Buffer.from("missing");
    const level = /^diff --git "?a\//m.test(patch.toString("latin1")) ? "-p1" : "-p0";
    await gitBytes(["apply", "--index", "--whitespace=nowarn", level], work, patch);
  }
  return await listed((await gitBytes(["write-tree"], work)).toString().trim(), work);
}

/** Expects the applied tree to be the head of source-git without `.distro`. */
export async function expectSourceTree(applied: readonly string[], source: TestRepository): Promise<void> {
  expect(applied).toEqual(await listed("main", source.directory));
}

async function listed(revision: string, cwd: string): Promise<string[]> {
  const output = await gitBytes(["ls-tree", "-r", revision], cwd);
  return output
    .toString()
    .split("\n")
    .filter((line) => !line.includes("\t.distro/"));
}

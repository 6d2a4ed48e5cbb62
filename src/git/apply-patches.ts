// Applies patches one after the other on a tree, in a private index. No work tree; the objects stay in the store.
import { rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { TandemError } from "../model/errors.ts";
import { parseSha, type Sha } from "../model/ids.ts";
import { makePrivateDirectory } from "./private-directory.ts";
import type { AppliedPatches, PatchText } from "./repository.ts";
import { type GitCall, type GitSettings, runGit } from "./run-git.ts";

/** Context has to match to the byte, whatever a repository configures. */
const CONFIG = ["apply.whitespace=nowarn", "apply.ignoreWhitespace=no"];

/** See `Repository.applyPatches`. */
export async function applyPatches(
  settings: GitSettings,
  tree: Sha,
  patches: readonly PatchText[],
): Promise<AppliedPatches> {
  const directory = await makePrivateDirectory(settings);
  const environment = { GIT_INDEX_FILE: join(directory, "index") };
  const git = (args: readonly string[], call: GitCall = {}) =>
    runGit(settings, args, { environment, config: CONFIG, ...call });
  try {
    await git(["read-tree", tree]);
    const trees: Sha[] = [];
    for (const { content, strip } of patches) {
      const file = join(directory, "patch");
      await writeFile(file, content);
      const problem = await refusal(git(["apply", "--cached", `-p${strip}`, "--whitespace=nowarn", "--", file]));
      if (problem !== undefined) return { trees, problem };
      const sha = parseSha((await git(["write-tree"])).toString("latin1").trim());
      if (!sha) throw new TandemError("bug", "git write-tree named no tree.", { code: "tree-missing" });
      trees.push(sha);
    }
    return { trees, problem: undefined };
  } finally {
    await rm(directory, { recursive: true, force: true });
  }
}

/** What git says against a patch. It says so in many ways; what is no fault of the machine is one of them. */
async function refusal(run: Promise<Buffer>): Promise<string | undefined> {
  try {
    await run;
    return undefined;
  } catch (error) {
    if (!(error instanceof TandemError) || error.kind === "environment") throw error;
    return error.message.replace(/^git apply failed: /, "").replace(/(^|; )(?:error|fatal): /g, "$1");
  }
}

import { join } from "node:path";
import { describe, expect, it } from "@jest/globals";
import { makeDistGitTree } from "../../../src/engine/make-dist-git-tree.ts";
import { openBareRepository } from "../../../src/git/bare-repository.ts";
import { pathToText } from "../../../src/git/byte-path.ts";
import { comparable, type RecordedCase, recordedCases } from "../../support/git/recorded-cases.ts";
import { gitBytes, temporaryDirectory } from "../../support/git/test-repository.ts";

const root = temporaryDirectory();
const cases = recordedCases();

async function run(recorded: RecordedCase) {
  const directory = join(root, recorded.name, "cache.git");
  const repository = await openBareRepository({
    directory,
    environment: { PATH: process.env.PATH ?? "" },
    allowFileRemotes: true,
  });
  const bundle = (path: string, ...refs: string[]) =>
    gitBytes(["fetch", "-q", path, ...refs], directory).then(() => undefined);
  await bundle(
    recorded.sourceBundle,
    `+refs/heads/${recorded.sourceBranch}:refs/source/head`,
    "+refs/tags/*:refs/tags/*",
  );
  await bundle(recorded.distBundle, `+refs/heads/${recorded.distBranch}:refs/dist/head`);
  const sourceHead = await repository.resolveCommit("refs/source/head");
  const distHead = await repository.resolveCommit("refs/dist/head");
  if (!sourceHead || !distHead) throw new Error("the bundles have no heads");
  const input = {
    sourceHead,
    distHead,
    copyCiFile: "as-listed",
    patchComments: "full",
    distGitName: recorded.distName,
    message: recorded.title,
  } as const;
  return { repository, distHead, result: await makeDistGitTree(repository, input) };
}

async function filesOf(
  repository: Awaited<ReturnType<typeof openBareRepository>>,
  treeish: Parameters<typeof repository.readTree>[0],
) {
  const files = await repository.readTree(treeish);
  const contents = await repository.readBlobs(files.map(({ id }) => id));
  return new Map(
    files.map(({ path, mode }, index) => [pathToText(path), { mode, content: contents[index] ?? Buffer.alloc(0) }]),
  );
}

const describeCases = cases.length > 0 ? describe : describe.skip;
if (cases.length === 0) it.skip("recorded cases: skipped, they are not on this machine", () => undefined);

describeCases("recorded cases", () => {
  it.each(cases)("$name", async (recorded) => {
    if (recorded.exit !== 0) {
      const error: unknown = await run(recorded).then(
        () => undefined,
        (thrown: unknown) => thrown,
      );
      expect(error).toMatchObject({ kind: "user" });
      for (const pattern of recorded.output) expect(String(error)).toMatch(new RegExp(pattern, "i"));
      return;
    }
    const { repository, distHead, result } = await run(recorded);
    const before = await filesOf(repository, distHead);
    const after = await filesOf(repository, result.tree);
    for (const [path, accepted] of Object.entries(recorded.files)) {
      const file = after.get(path);
      const text = (content: Buffer) => {
        const plain = comparable(content);
        return accepted.some((one) => one?.anyFrom) ? plain.replace(/^From [0-9a-f]{40} /gm, "From ") : plain;
      };
      const shown = file && { mode: file.mode, content: text(file.content) };
      const wanted = accepted.map((one) => one && { mode: one.mode, content: text(one.content) });
      const match = wanted.find((one) => JSON.stringify(one) === JSON.stringify(shown)) ?? wanted[0];
      expect({ path, file: shown }).toEqual({ path, file: match });
    }
    const others = (files: typeof after) =>
      [...files]
        .filter(([path]) => !(path in recorded.files))
        .map(([path, { mode, content }]) => [path, mode, content.toString("latin1")]);
    expect(others(after)).toEqual(others(before));
  });
});

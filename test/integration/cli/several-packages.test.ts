// D32 at the desk: one source-git work tree, a directory of dist-git work trees, each package on its own.
import { mkdirSync } from "node:fs";
import { beforeEach, describe, expect, it } from "@jest/globals";
import { makeSpec } from "../../support/git/test-pair.ts";
import { temporaryDirectory } from "../../support/git/test-repository.ts";
import { createDesk, type Desk } from "../../support/git/work-trees.ts";

const root = temporaryDirectory();
const NAMES = ["one", "two"];
let desk: Desk;

const entry = (name: string) => `  ${name}:
    paths: [${name}]
    specfile_path: .distro/${name}/${name}.spec
    files_to_sync:
    - src: .distro/${name}/
      dest: .
      delete: true
      filters: [protect .git*, protect sources]
`;

/** Two dist-git work trees below `all`, and the packaging of both in `src`, with the trailers that say so. */
beforeEach(async () => {
  desk = await createDesk(root);
  await desk.git("src", "reset", "-q", "--hard", "1.0");
  const config = `upstream_ref: '1.0'\npatch_generation_ignore_paths: [.distro]\nsync_changelog: true\npackages:\n`;
  const files = Object.fromEntries(NAMES.map((name) => [`.distro/${name}/${name}.spec`, makeSpec({ name })]));
  await desk.commit("src", "Packaging", { ".distro/source-git.yaml": config + NAMES.map(entry).join(""), ...files });
  for (const name of NAMES) {
    mkdirSync(desk.path("all", name), { recursive: true });
    await desk.git(`all/${name}`, "init", "-q", "-b", "c9s");
    const commit = await desk.commit(`all/${name}`, "Import", { [`${name}.spec`]: makeSpec({ name }) });
    await desk.commit("src", `In step with ${name}\n\nFrom-dist-git-commit: ${commit}\n`, {});
  }
});

/** The states; dist-git work trees in a directory are shown with their full paths. */
const status = async () =>
  (await desk.tandem(["source-git", "status", "src", "all"])).stdout.replaceAll(desk.path("all"), "all");

describe("D32: a directory of packages", () => {
  it("each has its own state and sync point", async () => {
    expect(await status()).toBe("'src' is up to date with 'all/one'.\n'src' is up to date with 'all/two'.\n");
    await desk.commit("src", "Change one", { "one/a": "1\n" });
    expect(await status()).toMatch(
      /^'src' is ahead of 'all\/one' by \d commits\.[\s\S]*'src' is up to date with 'all\/two'\.\n$/,
    );
    const { code } = await desk.tandem(["source-git", "update-dist-git", "-m", "Update", "src", "all"]);
    expect(code).toBe(0);
    expect(await desk.git("all/one", "log", "--format=%s")).toBe("Update\nImport\n");
    expect(await desk.git("all/two", "log", "--format=%s")).toBe("Import\n");
    expect(await status()).toBe("'src' is up to date with 'all/one'.\n'src' is up to date with 'all/two'.\n");
  });

  it("update-source-git brings one package's commits into its directory, and the other stays in step", async () => {
    await desk.commit("all/two", "Gating", { "gating.yaml": "x\n" });
    const several = await desk.tandem(["source-git", "update-source-git", "all", "src"]);
    expect(several).toMatchObject({ code: 2, stderr: expect.stringContaining("several dist-git repositories") });
    const { code } = await desk.tandem(["source-git", "update-source-git", "all/two", "src"]);
    expect(code).toBe(0);
    expect(await desk.git("src", "show", "--format=%s", "--name-only", "HEAD")).toBe(
      "Gating\n\n.distro/two/gating.yaml\n",
    );
    expect(await status()).toBe("'src' is up to date with 'all/one'.\n'src' is up to date with 'all/two'.\n");
  });

  it("D12: what source-git has already in the package's directory is not behind", async () => {
    await desk.commit("src", "The same", { ".distro/one/gating.yaml": "x\n" });
    await desk.commit("all/one", "Gating", { "gating.yaml": "x\n" });
    expect(await status()).toBe("'src' is up to date with 'all/one'.\n'src' is up to date with 'all/two'.\n");
  });
});

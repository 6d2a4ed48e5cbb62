// The commands that the README shows for somebody's desk, run there word for word.
import { mkdirSync, renameSync } from "node:fs";
import { expect, it } from "@jest/globals";
import { commandsBelow, runInShell } from "../../support/document-commands.ts";
import { makeSpec } from "../../support/git/test-pair.ts";
import { temporaryDirectory } from "../../support/git/test-repository.ts";
import { createDesk } from "../../support/git/work-trees.ts";

const root = temporaryDirectory();
const PATCH = "--- a/b.txt\n+++ b/b.txt\n@@ -1 +1 @@\n-bee\n+wasp\n";

it("README.md, at your desk: each command does what is said beside it", async () => {
  const [block = ""] = commandsBelow("README.md", "At your desk");
  const desk = await createDesk(root, {
    distSpec: makeSpec({ patches: ["# Say", "Patch1:         one.patch"] }),
    dist: { "one.patch": PATCH },
  });
  // A clone of upstream at a release, and the package's dist-git.
  await desk.git("src", "reset", "-q", "--hard", "1.0");
  await desk.git("src", "tag", "v2.3.1", "1.0");
  renameSync(desk.path("src"), desk.path("upstream"));
  mkdirSync(desk.path("src"));
  renameSync(desk.path("upstream"), desk.path("src/acl"));
  renameSync(desk.path("rpms/hello"), desk.path("rpms/acl"));
  await desk.git("rpms/acl", "mv", "hello.spec", "acl.spec");
  await desk.commit("rpms/acl", "Rename the spec", {});

  const { code, stdout, stderr } = await runInShell(block, {
    cwd: desk.directory,
    env: { HOME: desk.path("home"), TZ: "UTC" },
  });
  expect({ code, stderr }).toEqual({ code: 0, stderr: "" });
  expect(stdout).toContain("'src/acl' has got the packaging of 'rpms/acl'");
  expect(stdout).toContain("'src/acl' is up to date with 'rpms/acl'.");
});

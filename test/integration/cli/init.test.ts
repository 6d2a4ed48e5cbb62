// `tandem source-git init` on real work trees: branches, addresses, what it prints, all or nothing.
import { readFileSync } from "node:fs";
import { describe, expect, it } from "@jest/globals";
import { makeSpec } from "../../support/git/test-pair.ts";
import { temporaryDirectory } from "../../support/git/test-repository.ts";
import { createDesk, type Desk } from "../../support/git/work-trees.ts";

const root = temporaryDirectory();
const init = (desk: Desk, ...args: string[]) => desk.tandem(["source-git", "init", ...args]);
const PATCH = "--- a/b.txt\n+++ b/b.txt\n@@ -1 +1 @@\n-bee\n+wasp\n";

/** A clone of upstream, and a dist-git with one patch. */
async function createUpstream(): Promise<Desk> {
  const desk = await createDesk(root, {
    distSpec: makeSpec({ patches: ["# Say", "Patch1:         one.patch"] }),
    dist: { "one.patch": PATCH },
  });
  await desk.git("src", "reset", "-q", "--hard", "1.0");
  await desk.git("src", "remote", "set-url", "origin", "https://example.com/hello.git");
  return desk;
}

const configOf = (desk: Desk) => readFileSync(desk.path("src", ".distro", "source-git.yaml"), "utf8");

describe("init", () => {
  it("commits packaging and patches; the pair is then up to date both ways", async () => {
    const desk = await createUpstream();
    const dist = await desk.state("rpms/hello");
    const { code, stdout, stderr } = await init(desk, "1.0", "src", "rpms/hello");
    expect([code, stderr]).toEqual([0, ""]);
    expect(stdout).toMatch(
      /^'src' has got the packaging of 'rpms\/hello':\n {2}\w{8} {2}Initialize as a source-git repository\n/,
    );
    expect(await desk.git("src", "log", "--format=%s", "1.0..")).toBe(
      "Apply patch one.patch\nInitialize as a source-git repository\n",
    );
    expect(await desk.git("src", "status", "--porcelain", "--ignored")).toBe("");
    expect(configOf(desk)).toContain("upstream_project_url: https://example.com/hello.git\nupstream_ref: '1.0'\n");
    expect(await desk.state("rpms/hello")).toEqual(dist);
    const status = await desk.tandem(["source-git", "status", "src", "rpms/hello"]);
    expect(status.stdout).toBe("'src' is up to date with 'rpms/hello'.\n");
    const forced = await desk.tandem(["source-git", "update-dist-git", "-f", "-m", "x", "src", "rpms/hello"]);
    expect(forced).toMatchObject({ code: 0, stdout: expect.stringContaining("Nothing to do") });
    expect(await desk.state("rpms/hello")).toEqual(dist);
  });

  it("goes round: changes of either side reach the other, and the pair is in step each time", async () => {
    const desk = await createUpstream();
    const inStep = async () =>
      expect((await desk.tandem(["source-git", "status", "src", "rpms/hello"])).stdout).toBe(
        "'src' is up to date with 'rpms/hello'.\n",
      );
    const bring = async (command: string, ...args: string[]) =>
      expect(await desk.tandem(["source-git", command, ...args])).toMatchObject({ code: 0 });
    await bring("init", "1.0", "src", "rpms/hello");
    for (const round of ["1", "2"]) {
      await desk.commit("src", `Change ${round}`, { "a.txt": `${round}\n`, ".distro/extra": `${round}\n` });
      await bring("update-dist-git", "-m", `Update ${round}`, "src", "rpms/hello");
      await inStep();
      const spec = readFileSync(desk.path("rpms/hello/hello.spec"), "utf8");
      const bumped = spec.replace(/^(Release: +)\d/m, `$1${round}5`);
      await desk.commit("rpms/hello", `Rebuild ${round}`, { "hello.spec": bumped, gating: `${round}\n` });
      await bring("update-source-git", "rpms/hello", "src");
      await inStep();
      expect(readFileSync(desk.path("src/.distro/hello.spec"), "utf8")).toContain(`Release:        ${round}5`);
      const before = await desk.state("rpms/hello");
      await bring("update-dist-git", "-f", "-m", "Nothing", "src", "rpms/hello");
      expect(await desk.state("rpms/hello")).toEqual(before);
    }
  });

  it("SG:branch is made at the upstream ref; DG:branch is checked out", async () => {
    const desk = await createUpstream();
    await desk.commit("src", "Later", { later: "x\n" });
    await desk.git("rpms/hello", "checkout", "-q", "-b", "other");
    await desk.commit("rpms/hello", "Other", { other: "x\n" });
    const main = await desk.git("src", "rev-parse", "main");
    const { code } = await init(desk, "1.0", "src:c9s", "rpms/hello:c9s");
    expect(code).toBe(0);
    expect(await desk.git("src", "symbolic-ref", "HEAD")).toBe("refs/heads/c9s\n");
    expect(await desk.git("src", "rev-parse", "main")).toBe(main);
    expect(await desk.git("src", "ls-files")).not.toMatch(/later|other/);
    expect(await desk.git("rpms/hello", "symbolic-ref", "HEAD")).toBe("refs/heads/c9s\n");
  });

  it("--upstream-url, --upstream-remote, --pkg-tool and --pkg-name decide what the configuration says", async () => {
    const desk = await createUpstream();
    await desk.git("src", "remote", "add", "up", "https://me:secret@example.com/up.git");
    await desk.commit("rpms/hello", "Name", {
      "other.spec": makeSpec({ name: "other" }),
      sources: `SHA512 (o.tar.gz) = ${"0".repeat(128)}\n`,
    });
    const { code, stderr } = await init(
      desk,
      ...["--upstream-remote", "up", "--pkg-tool", "centpkg", "--pkg-name", "other", "1.0", "src", "rpms/hello"],
    );
    expect([code, stderr]).toEqual([0, expect.stringContaining("user and password")]);
    expect(stderr).not.toContain("secret");
    expect(configOf(desk)).toContain("upstream_project_url: https://example.com/up.git\n");
    expect(configOf(desk)).toContain("downstream_package_name: other\n");
    expect(configOf(desk)).toContain("url: https://sources.stream.centos.org/sources/rpms/other/o.tar.gz/sha512/0");
    await desk.git("src", "reset", "-q", "--hard", "1.0");
    expect((await init(desk, "--upstream-url", "https://e.org/x", "1.0", "src", "rpms/hello")).code).toBe(0);
    expect(configOf(desk)).toContain("upstream_project_url: https://e.org/x\n");
  });

  it("--dry-run and --json change nothing and tell the commits", async () => {
    const desk = await createUpstream();
    const before = await desk.state("src");
    const { stdout } = await init(desk, "--dry-run", "--json", "1.0", "src", "rpms/hello");
    expect(JSON.parse(stdout)).toEqual({
      sourceGit: "src",
      distGit: "rpms/hello",
      outcome: "planned",
      commits: [
        { subject: "Initialize as a source-git repository" },
        { subject: "Apply patch one.patch", patch: "one.patch" },
      ],
      notes: [],
    });
    expect(await desk.state("src")).toEqual(before);
  });

  it.each<[string, (desk: Desk) => Promise<unknown> | unknown, string[], string]>([
    ["an unknown ref", () => undefined, ["no-such-ref", "src", "rpms/hello"], "no-such-ref"],
    [
      "a ref that is not HEAD",
      (desk) => desk.commit("src", "Later", { later: "x" }),
      ["1.0", "src", "rpms/hello"],
      "not pointing to the current HEAD",
    ],
    [
      "D14: untracked files in dist-git",
      (desk) => desk.write("rpms/hello/x", ""),
      ["1.0", "src", "rpms/hello"],
      "pristine",
    ],
    ["D14: untracked files in source-git", (desk) => desk.write("src/x", ""), ["1.0", "src", "rpms/hello"], "pristine"],
    [
      "no remote",
      (desk) => desk.git("src", "remote", "remove", "origin"),
      ["1.0", "src", "rpms/hello"],
      "no remote called 'origin'",
    ],
    ["no such branch of dist-git", () => undefined, ["1.0", "src", "rpms/hello:no"], "has no branch 'no'"],
    ["no branch name", () => undefined, ["1.0", "src:a..b", "rpms/hello"], "not a branch name"],
    ["no repository", () => undefined, ["1.0", "src", "rpms"], "not a git repository"],
    ["an unknown tool", () => undefined, ["--pkg-tool", "rpmbuild", "1.0", "src", "rpms/hello"], "Allowed choices"],
    [
      "a patch that does not apply",
      (desk) => desk.commit("rpms/hello", "Bad", { "one.patch": PATCH.replace("bee", "fly") }),
      ["1.0", "src:new", "rpms/hello"],
      "Patch1 (one.patch) does not apply",
    ],
    [
      "an ignored file in the way, with dist-git on another branch",
      async (desk) => {
        await desk.git("rpms/hello", "checkout", "-q", "-b", "other");
        desk.write("src/.git/info/exclude", ".distro\n");
        desk.write("src/.distro/hello.spec", "mine\n");
      },
      ["1.0", "src:new", "rpms/hello:c9s"],
      ".distro",
    ],
  ])("refuses and leaves everything as it was: %s", async (_what, prepare, args, said) => {
    const desk = await createUpstream();
    await prepare(desk);
    const before = [await desk.state("src"), await desk.state("rpms/hello")];
    const { code, stdout, stderr } = await init(desk, ...args);
    expect([code, stdout, stderr]).toEqual([2, "", expect.stringContaining(said)]);
    expect([await desk.state("src"), await desk.state("rpms/hello")]).toEqual(before);
  });

  it("explains itself", async () => {
    const desk = await createDesk(root);
    const { code, stdout } = await init(desk, "--help");
    expect(code).toBe(0);
    expect(stdout).toContain("Examples:\n  tandem source-git init v2.3.1 src/acl rpms/acl\n");
  });
});

// `tandem source-git update-dist-git` on real work trees: what it does, says and refuses.
import { cpSync, existsSync, mkdirSync, readFileSync } from "node:fs";
import { beforeAll, describe, expect, it } from "@jest/globals";
import { makeConfig, makeSpec } from "../../support/git/test-pair.ts";
import { temporaryDirectory } from "../../support/git/test-repository.ts";
import { createDesk, type Desk, writeProgram } from "../../support/git/work-trees.ts";

const root = temporaryDirectory();
const DIST = "rpms/hello";
const update = (desk: Desk, ...options: string[]) =>
  desk.tandem(["source-git", "update-dist-git", ...options, "src", DIST]);
const log = (desk: Desk, format: string, tree = DIST) => desk.git(tree, "log", "-1", `--format=${format}`);
const status = (desk: Desk) => desk.git(DIST, "status", "--porcelain", "--ignored", "-uall");

/** A desk on which source-git is one commit ahead. */
async function ahead(options: Parameters<typeof createDesk>[1] = {}) {
  const desk = await createDesk(root, options);
  const commit = await desk.commit("src", "Change a", { "a.txt": "changed\n" });
  return { desk, commit };
}

describe("update-dist-git", () => {
  it("commits the result with the trailer of origin, and leaves branch, index and files at the new commit", async () => {
    const { desk, commit } = await ahead();
    const result = await update(desk, "-m", "Update\n\nBecause of it.");
    expect(result).toMatchObject({ code: 0, stderr: "" });
    expect(result.stdout).toContain(`'rpms/hello' was updated from 'src'`);
    expect(await log(desk, "%B")).toBe(`Update\n\nBecause of it.\n\nFrom-source-git-commit: ${commit}\n\n`);
    expect((await desk.git(DIST, "symbolic-ref", "HEAD")).trim()).toBe("refs/heads/c9s");
    expect(await status(desk)).toBe("");
    expect((await desk.git(DIST, "diff-index", "HEAD")).trim()).toBe("");
    expect(readFileSync(desk.path(DIST, "0001-Change-a.patch"), "utf8")).toContain("Subject: [PATCH] Change a\n");
    expect(readFileSync(desk.path(DIST, "hello.spec"), "utf8")).toContain("Patch1:         0001-Change-a.patch\n");
    await desk.git(DIST, "fsck", "--strict");
    expect(await desk.git(DIST, "reflog", "-1", "--format=%gs")).toBe("commit: Update\n");
  });

  it("does nothing more the second time, whatever is asked", async () => {
    const { desk } = await ahead();
    await update(desk, "-m", "Update");
    const before = await desk.state(DIST);
    for (const options of [["-m", "Again"], ["-f", "-m", "Again"], [], ["-f", "--allow-empty", "-m", "Again"]]) {
      const { code, stdout } = await update(desk, ...options);
      expect(code).toBe(0);
      expect(stdout).toContain("Nothing to do");
    }
    expect(await desk.state(DIST)).toEqual(before);
  });

  it("without a message leaves the result uncommitted", async () => {
    const { desk } = await ahead();
    const { code, stdout } = await update(desk);
    expect(code).toBe(0);
    expect(stdout).toContain("not committed");
    expect(await status(desk)).toBe(" M hello.spec\n?? 0001-Change-a.patch\n");
  });

  it("handles files, modes, links and removed directories in the work tree", async () => {
    const { desk } = await ahead({
      distro: { "keep.conf": "k\n", "gone/deep/x": "x\n", "now-a-file/y": "y\n", "now-a-directory": "z\n" },
      dist: { "keep.conf": "k\n", "gone/deep/x": "x\n", "now-a-file/y": "y\n", "now-a-directory": "z\n" },
    });
    for (const path of ["gone", "now-a-file", "now-a-directory"]) await desk.git("src", "rm", "-qr", `.distro/${path}`);
    await desk.commit("src", "Rearrange", {
      ".distro/now-a-file": "file\n",
      ".distro/now-a-directory/inner": "inner\n",
      ".distro/döner\nkebap": Buffer.from([0xff, 0, 1]),
    });
    writeProgram(desk.path("src/.distro/run.sh"), "true");
    await desk.git("src", "add", "-f", ".distro/run.sh");
    await desk.git("src", "commit", "-qm", "Program");
    expect(await update(desk, "-m", "Update")).toMatchObject({ code: 0 });
    expect(await status(desk)).toBe("");
    expect(existsSync(desk.path(DIST, "gone"))).toBe(false);
    expect(readFileSync(desk.path(DIST, "now-a-file"), "utf8")).toBe("file\n");
    expect(readFileSync(desk.path(DIST, "now-a-directory/inner"), "utf8")).toBe("inner\n");
    expect(await desk.git(DIST, "ls-files", "-s", "run.sh")).toMatch(/^100755/);
  });

  it("D19: --allow-empty records a commit without effect, once", async () => {
    const desk = await createDesk(root);
    const commit = await desk.commit("src", "No effect", {});
    expect((await update(desk, "-m", "Update")).stdout).toContain("Nothing to do");
    expect((await update(desk, "--allow-empty", "-m", "Record")).code).toBe(0);
    expect(await log(desk, "%B")).toContain(`From-source-git-commit: ${commit}`);
    const before = await desk.state(DIST);
    expect((await update(desk, "--allow-empty", "-m", "Record")).code).toBe(0);
    expect(await desk.state(DIST)).toEqual(before);
  });

  it.each([
    ["standard input", ["-F", "-"]],
    ["a file", ["-F", "msg.txt"]],
  ])("takes the message from %s, as git would clean it up", async (_what, options) => {
    const { desk, commit } = await ahead();
    const text = `\n\nTitle  \n\n\n# no comment\n\nResolves: rhbz#1\nFrom-source-git-commit: ${"0".repeat(40)}\n\n\n`;
    desk.write("msg.txt", text);
    const args = ["source-git", "update-dist-git", ...options, "src", DIST];
    expect(await desk.tandem(args, { stdin: text })).toMatchObject({ code: 0 });
    expect((await log(desk, "%B")).trim()).toBe(
      `Title\n\n# no comment\n\nResolves: rhbz#1\nFrom-source-git-commit: ${commit}`,
    );
  });

  it("prints the plan and changes nothing with --dry-run, as text and as JSON", async () => {
    const { desk, commit } = await ahead();
    const before = [await desk.state("src"), await desk.state(DIST)];
    const { code, stdout } = await update(desk, "--dry-run", "-m", "Update");
    expect(code).toBe(0);
    expect(stdout).toBe(
      [
        "Update of 'rpms/hello' from 'src':",
        "",
        "Patches:",
        `  0001-Change-a.patch  (${commit.slice(0, 8)})`,
        "",
        "Lines of hello.spec:",
        "  + # Change a",
        "  + # Author: Ada Dev <ada@example.com>",
        "  + Patch1:         0001-Change-a.patch",
        "",
        "Files:",
        "  added     0001-Change-a.patch",
        "  modified  hello.spec",
        "",
      ].join("\n"),
    );
    const json = JSON.parse((await update(desk, "--dry-run", "--json")).stdout);
    expect(json).toMatchObject({
      outcome: "planned",
      package: "hello",
      patches: [{ name: "0001-Change-a.patch", commits: [commit] }],
      files: [
        { path: "0001-Change-a.patch", change: "added" },
        { path: "hello.spec", change: "modified" },
      ],
    });
    expect([await desk.state("src"), await desk.state(DIST)]).toEqual(before);
  });

  it("gives JSON with the new commit", async () => {
    const { desk } = await ahead();
    const json = JSON.parse((await update(desk, "--json", "-m", "Update")).stdout);
    expect(json).toMatchObject({ outcome: "committed", sourceGit: "src", distGit: DIST });
    expect(json.commit).toBe((await log(desk, "%H")).trim());
  });

  it("--upstream-ref wins over the configuration", async () => {
    const { desk } = await ahead();
    await desk.git("src", "tag", "1.1");
    await desk.commit("src", "Change b", { "b.txt": "changed\n" });
    expect(await update(desk, "--upstream-ref", "1.1", "-m", "Update")).toMatchObject({ code: 0 });
    expect(existsSync(desk.path(DIST, "0001-Change-b.patch"))).toBe(true);
  });

  it("D22: refuses to overwrite dist-git's own commits, with both paths in full; --force does it", async () => {
    const { desk } = await ahead();
    await desk.commit(DIST, "Own", { "gating.yaml": "x\n" });
    const before = await desk.state(DIST);
    const refused = await update(desk, "-m", "Update");
    expect(refused.code).toBe(2);
    expect(refused.stderr).toContain(`'${desk.path("src")}' and '${desk.path(DIST)}' have diverged.`);
    expect(await desk.state(DIST)).toEqual(before);
    expect((await update(desk, "-f", "-m", "Update")).code).toBe(0);
    expect(existsSync(desk.path(DIST, "gating.yaml"))).toBe(false);
  });

  it("D24: the message's title becomes the changelog entry where dist-git keeps its own", async () => {
    const { desk } = await ahead({ config: makeConfig({ syncChangelog: false }) });
    expect(await update(desk, "-m", "Fix the crash\n\nResolves: rhbz#1")).toMatchObject({ code: 0 });
    expect(readFileSync(desk.path(DIST, "hello.spec"), "utf8")).toContain("- Fix the crash\n- Resolves: rhbz#1\n");
  });

  it("1.5: updates every package of a directory", async () => {
    const desk = await createDesk(root, {
      config: `${makeConfig()}`.replace(
        "downstream_package_name: hello\n",
        "packages: {hello: {}, bye: {downstream_package_name: bye, specfile_path: .distro/bye.spec}}\n",
      ),
      distro: { "bye.spec": makeSpec({ name: "bye" }) },
    });
    cpSync(desk.path(DIST), desk.path("rpms/bye"), { recursive: true });
    cpSync(desk.path(DIST), desk.path("rpms/unrelated"), { recursive: true });
    await desk.commit("src", "Change a", { "a.txt": "changed\n" });
    const { code, stdout } = await desk.tandem(["source-git", "update-dist-git", "-f", "-m", "All", "src", "rpms"]);
    expect({ code, lines: stdout.trim().split("\n").length }).toEqual({ code: 0, lines: 2 });
    for (const name of ["hello", "bye"]) {
      expect(readFileSync(desk.path("rpms", name, `${name}.spec`), "utf8")).toContain("0001-Change-a.patch");
    }
    expect((await log(desk, "%s", "rpms/unrelated")).trim()).toBe("Initial packaging");
  });

  it("works in a linked work tree and with a detached HEAD", async () => {
    const { desk } = await ahead();
    await desk.git(DIST, "worktree", "add", "-q", "--detach", desk.path("linked/hello"));
    const args = ["source-git", "update-dist-git", "-m", "Update", "src", "linked/hello"];
    expect(await desk.tandem(args)).toMatchObject({ code: 0 });
    expect(await desk.git("linked/hello", "status", "--porcelain")).toBe("");
    expect((await log(desk, "%s", "linked/hello")).trim()).toBe("Update");
    expect((await log(desk, "%s")).trim()).toBe("Initial packaging");
  });
});

describe("the user's identity and dates (D33)", () => {
  it("come from the configuration of the user and of the repository", async () => {
    const { desk } = await ahead();
    await desk.git(DIST, "config", "user.email", "work@example.com");
    await update(desk, "-m", "Update");
    expect((await log(desk, "%an <%ae> %cn <%ce>")).trim()).toBe(
      "Uma User <work@example.com> Uma User <work@example.com>",
    );
  });

  it("come from the environment first", async () => {
    const { desk } = await ahead();
    const env = {
      GIT_AUTHOR_NAME: "Ann Other",
      GIT_AUTHOR_EMAIL: "ann@example.com",
      GIT_AUTHOR_DATE: "1700000000 +0200",
      GIT_COMMITTER_DATE: "2024-01-01T00:00:00Z",
    };
    await desk.tandem(["source-git", "update-dist-git", "-m", "Update", "src", DIST], { env });
    expect(await log(desk, "%an <%ae> %ad %cn %cd", DIST).then((text) => text.trim())).toBe(
      "Ann Other <ann@example.com> Wed Nov 15 00:13:20 2023 +0200 Uma User Mon Jan 1 00:00:00 2024 +0000",
    );
  });

  it("are asked for where git knows none", async () => {
    const { desk } = await ahead();
    desk.write("home/.gitconfig", "[user]\n\tuseConfigOnly = true\n");
    const before = await desk.state(DIST);
    const { code, stderr } = await update(desk, "-m", "Update");
    expect(code).toBe(2);
    expect(stderr).toContain("git config --global user.name");
    expect(await desk.state(DIST)).toEqual(before);
  });
});

describe("wrong usage exits 2 with one line that says what and where (D17, D18)", () => {
  let desk: Desk;
  beforeAll(async () => {
    ({ desk } = await ahead());
    mkdirSync(desk.path("empty"));
    desk.write("file", "no directory\n");
    desk.write("latin1.txt", Buffer.from([0xe4, 0x0a]));
    await desk.git(".", "clone", "-q", "--bare", desk.path(DIST), desk.path("bare.git"));
    mkdirSync(desk.path("unborn"));
    await desk.git("unborn", "init", "-q");
    mkdirSync(desk.path("broken/.git"), { recursive: true });
    mkdirSync(desk.path("dangling"));
    desk.write("dangling/.git", "gitdir: ../nowhere\n");
    cpSync(desk.path(DIST), desk.path("others/unrelated"), { recursive: true });
  });

  it.each([
    [["-m", "x", "-F", "y", "src", DIST], "cannot be used with"],
    [["--nonsense", "src", DIST], "unknown option"],
    [["src"], "missing required argument"],
    [["src", DIST, "surplus"], "too many arguments"],
    [["--pkg-tool", "rm", "src", DIST], "fedpkg"],
    [["--pkg-tool", "centpkg", "src", DIST], "'centpkg' is not in PATH"],
    [["-m", " \n", "src", DIST], "message is empty"],
    [["-F", "missing.txt", "src", DIST], "'missing.txt' cannot be read"],
    [["-F", "latin1.txt", "src", DIST], "not UTF-8"],
    [["-m", "a\0b", "src", DIST], "NUL"],
    [["-m", "x", "missing", DIST], "'missing' is not a directory"],
    [["-m", "x", "file", DIST], "'file' is not a directory"],
    [["-m", "x", "src", "missing"], "'missing' is not a directory"],
    [["-m", "x", "src", "empty"], "'empty' is not a git repository"],
    [["-m", "x", "src/sub", DIST], "'src/sub' is not a git repository"],
    [["-m", "x", "src", "bare.git"], "'bare.git' is a bare git repository"],
    [["-m", "x", "src", "unborn"], "'unborn' has no commit yet"],
    [["-m", "x", "src", "broken"], "'broken' is not a git repository"],
    [["-m", "x", "src", "dangling"], "'dangling' is not a git repository"],
    [["-m", "x", "src", "others"], "No match found"],
    [["-m", "x", DIST, "src"], "has no .distro/source-git.yaml"],
    [["-f", "--upstream-ref", "9.9", "-m", "x", "src", DIST], "9.9"],
    [["-f", "--upstream-ref", "--all", "-m", "x", "src", DIST], "--all"],
  ])("%j", async (args, said) => {
    const before = [await desk.state("src"), await desk.state(DIST)];
    const { code, stdout, stderr } = await desk.tandem(["source-git", "update-dist-git", ...args]);
    expect({ code, stdout }).toEqual({ code: 2, stdout: "" });
    expect(stderr).toContain(said);
    expect([await desk.state("src"), await desk.state(DIST)]).toEqual(before);
  });

  it.each([["update-dist-git"], ["status"]])("%s --help has an example", async (command) => {
    const { code, stdout } = await desk.tandem(["source-git", command, "--help"]);
    expect(code).toBe(0);
    expect(stdout).toMatch(new RegExp(`Examples:\\n  tandem source-git ${command} `));
  });
});

describe("--pkg-tool", () => {
  const withTool = async (script: string) => {
    const { desk } = await ahead();
    writeProgram(desk.path("bin/centpkg"), script);
    await desk.commit(DIST, "Ignore archives", { ".gitignore": "*.tar.gz\n" });
    desk.write(`${DIST}/hello-1.0.tar.gz`, "archive");
    const env = { PATH: `${desk.path("bin")}:${process.env.PATH}`, LOG: desk.path("log") };
    const run = (...options: string[]) =>
      desk.tandem(["source-git", "update-dist-git", "--pkg-tool", "centpkg", ...options, "src", DIST], { env });
    return { desk, run };
  };
  const TOOL = `pwd > "$LOG"; echo "$@" >> "$LOG"; echo "SHA512 ($2) = 1" > sources; echo "/$2" >> .gitignore; git add -A; echo said`;

  it("uploads what the spec names and sources does not know, and commits what the tool wrote", async () => {
    const { desk, run } = await withTool(TOOL);
    const result = await run("-m", "Update");
    expect(result).toMatchObject({ code: 0 });
    expect(result.stderr).toContain("said\n");
    expect(readFileSync(desk.path("log"), "utf8")).toBe(`${desk.path(DIST)}\nnew-sources hello-1.0.tar.gz\n`);
    expect(await desk.git(DIST, "show", "HEAD:sources")).toBe("SHA512 (hello-1.0.tar.gz) = 1\n");
    expect(await desk.git(DIST, "show", "HEAD:.gitignore")).toBe("*.tar.gz\n/hello-1.0.tar.gz\n");
    expect(await desk.git(DIST, "status", "--porcelain")).toBe("");
    await desk.commit("src", "Change b", { "b.txt": "changed\n" });
    desk.write("log", "");
    expect(await run("-m", "Update")).toMatchObject({ code: 0 });
    expect(readFileSync(desk.path("log"), "utf8")).toBe("");
  });

  it("runs nothing in a dry run", async () => {
    const { desk, run } = await withTool(TOOL);
    expect(await run("--dry-run")).toMatchObject({ code: 0 });
    expect(existsSync(desk.path("log"))).toBe(false);
  });

  it("D15: leaves everything as it was when the tool fails", async () => {
    const { desk, run } = await withTool(`${TOOL}; exit 3`);
    const before = await desk.state(DIST);
    const { code, stderr } = await run("-m", "Update");
    expect(code).toBe(1);
    expect(stderr).toContain("exit code 3");
    expect(await desk.state(DIST)).toEqual(before);
  });
});

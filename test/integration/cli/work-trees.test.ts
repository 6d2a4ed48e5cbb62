// What happens to the user's work trees: which must be clean, all or nothing, nothing of theirs runs, nothing outside is
// written, and no setting of the user changes a byte.
import { chmodSync, existsSync, mkdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { describe, expect, it } from "@jest/globals";
import { temporaryDirectory } from "../../support/git/test-repository.ts";
import { createDesk, type Desk, writeProgram } from "../../support/git/work-trees.ts";

const root = temporaryDirectory();
const DIST = "rpms/hello";
const update = (desk: Desk, ...options: string[]) =>
  desk.tandem(["source-git", "update-dist-git", ...options, "src", DIST]);

/** A desk on which source-git is ahead, with a file in .distro and a patch to come. */
async function ahead(options: Parameters<typeof createDesk>[1] = {}) {
  const desk = await createDesk(root, options);
  await desk.commit("src", "Change a", { "a.txt": "changed\n", ".distro/conf/extra.conf": "extra\n" });
  return desk;
}

describe("D14: dist-git has to be clean", () => {
  it.each<[string, string, (desk: Desk) => unknown]>([
    ["a modified file", "hello.spec (modified)", (desk) => desk.write(`${DIST}/hello.spec`, "changed\n")],
    [
      "a staged change",
      "hello.spec (staged)",
      async (desk) => {
        desk.write(`${DIST}/hello.spec`, "changed\n");
        await desk.git(DIST, "add", "hello.spec");
      },
    ],
    [
      "a staged change that the work tree takes back",
      "hello.spec (staged)",
      async (desk) => {
        const before = readFileSync(desk.path(DIST, "hello.spec"));
        desk.write(`${DIST}/hello.spec`, "changed\n");
        await desk.git(DIST, "add", "hello.spec");
        desk.write(`${DIST}/hello.spec`, before);
      },
    ],
    ["an untracked file", "new (untracked)", (desk) => desk.write(`${DIST}/new`, "new\n")],
    ["an untracked directory", "dir/ (untracked)", (desk) => desk.write(`${DIST}/dir/new`, "new\n")],
    ["a missing file", "sources (modified)", (desk) => rmSync(desk.path(DIST, "sources"))],
    ["another mode", "sources (modified)", (desk) => chmodSync(desk.path(DIST, "sources"), 0o755)],
    [
      "an intent to add",
      "new (staged) and 1 more",
      async (desk) => {
        desk.write(`${DIST}/new`, "new\n");
        await desk.git(DIST, "add", "-N", "new");
      },
    ],
  ])("%s: exit 2", async (_what, said, change) => {
    const desk = await ahead();
    await change(desk);
    const before = await desk.state(DIST);
    for (const options of [["-m", "Update"], ["-f", "-m", "Update"], []]) {
      const { code, stderr } = await update(desk, ...options);
      expect(code).toBe(2);
      expect(stderr).toContain(`'rpms/hello' is not pristine: ${said}`);
    }
    expect(await desk.state(DIST)).toEqual(before);
  });

  it("an edit of the same size in the same second is seen", async () => {
    const desk = await ahead();
    const spec = readFileSync(desk.path(DIST, "hello.spec"), "utf8");
    desk.write(`${DIST}/hello.spec`, spec.replace("1.0", "9.9"));
    expect((await update(desk, "-m", "Update")).code).toBe(2);
  });

  it("ignored files, empty directories and touched files are fine", async () => {
    const desk = await ahead({ dist: { ".gitignore": "*.tar.gz\nBUILD/\n" } });
    desk.write(`${DIST}/x.tar.gz`, "archive");
    desk.write(`${DIST}/BUILD/x/y`, "built");
    mkdirSync(desk.path(DIST, "empty"));
    desk.write(`${DIST}/hello.spec`, readFileSync(desk.path(DIST, "hello.spec")));
    expect(await update(desk, "-m", "Update")).toMatchObject({ code: 0, stderr: "" });
    for (const file of ["x.tar.gz", "BUILD/x/y", "empty"]) expect(existsSync(desk.path(DIST, file))).toBe(true);
  });

  it("an unfinished merge: exit 2", async () => {
    const desk = await ahead();
    await desk.git(DIST, "branch", "side", "HEAD");
    await desk.commit(DIST, "Own", {});
    await desk.git(DIST, "checkout", "-q", "-b", "other", "side");
    await desk.commit(DIST, "Other", {});
    await desk.git(DIST, "merge", "-q", "--no-ff", "--no-commit", "c9s");
    const { code, stderr } = await update(desk, "-f", "-m", "Update");
    expect({ code, stderr }).toEqual({ code: 2, stderr: expect.stringContaining("unfinished merge") });
  });

  it("what is not committed in source-git is left out, with a note", async () => {
    const desk = await ahead();
    desk.write("src/.distro/hello.spec", "broken\n");
    desk.write("src/.distro/new.conf", "new\n");
    const before = await desk.state("src");
    const { code, stderr } = await update(desk, "-m", "Update");
    expect(code).toBe(0);
    expect(stderr).toBe("note: uncommitted changes in 'src' are left out: .distro/hello.spec (modified) and 1 more\n");
    expect(existsSync(desk.path(DIST, "new.conf"))).toBe(false);
    expect(await desk.state("src")).toEqual(before);
  });
});

describe("D15: all or nothing", () => {
  const lock = (desk: Desk, name: string) => writeFileSync(desk.path(DIST, ".git", name), "");
  it.each<[string, RegExp, (desk: Desk) => unknown, boolean]>([
    ["the index is locked", /index\.lock/, (desk) => lock(desk, "index.lock"), true],
    ["the branch is locked", /lock/, (desk) => lock(desk, "refs/heads/c9s.lock"), false],
    ["HEAD is locked", /lock/, (desk) => lock(desk, "HEAD.lock"), false],
    [
      "an ignored file is in the way",
      /'0001-Change-a\.patch' in 'rpms\/hello'/,
      (desk) => desk.write(`${DIST}/0001-Change-a.patch`, "mine\n"),
      true,
    ],
    [
      "an ignored directory is in the way",
      /'0001-Change-a\.patch' in/,
      (desk) => desk.write(`${DIST}/0001-Change-a.patch/mine.patch`, "mine\n"),
      true,
    ],
    [
      "an ignored file is where a directory has to be",
      /'conf' in/,
      (desk) => desk.write(`${DIST}/conf`, "mine\n"),
      true,
    ],
    [
      "an ignored link is where a directory has to be",
      /'conf' in/,
      (desk) => {
        mkdirSync(desk.path("elsewhere"));
        symlinkSync("../../elsewhere", desk.path(DIST, "conf"));
      },
      true,
    ],
    [
      "a link out of the tree is in the way of a file",
      /'0001-Change-a\.patch' in/,
      (desk) => symlinkSync(desk.path("outside"), desk.path(DIST, "0001-Change-a.patch")),
      true,
    ],
    [
      "the objects cannot be stored",
      /objects|git/,
      async (desk) => {
        await desk.git(DIST, "repack", "-q", "-a", "-d");
        await desk.git(DIST, "prune-packed", "-q");
        // Files where the directories of new objects have to be. (Modes hinder nobody who is root.)
        for (let byte = 0; byte < 256; byte++) {
          const directory = desk.path(DIST, ".git/objects", byte.toString(16).padStart(2, "0"));
          rmSync(directory, { recursive: true, force: true });
          writeFileSync(directory, "");
        }
      },
      false,
    ],
  ])("%s: nothing is changed", async (_what, said, hinder, withoutMessage) => {
    const desk = await ahead({ dist: { ".gitignore": "*.patch\n/conf\n" } });
    await hinder(desk);
    const before = await desk.state(DIST).catch(() => undefined);
    for (const options of withoutMessage ? [["-m", "Update"], []] : [["-m", "Update"]]) {
      const { code, stderr } = await update(desk, ...options);
      expect(code).toBeGreaterThan(0);
      expect(stderr).toMatch(said);
      expect(await desk.state(DIST).catch(() => undefined)).toEqual(before);
    }
    expect(existsSync(desk.path("outside"))).toBe(false);
    if (existsSync(desk.path("elsewhere"))) expect(existsSync(desk.path("elsewhere/extra.conf"))).toBe(false);
  });

  it("a name that the file system does not take: what was changed before is taken back", async () => {
    const desk = await ahead({ distro: { "gone/x": "x\n" }, dist: { "gone/x": "x\n" } });
    await desk.git("src", "rm", "-qr", ".distro/gone");
    const blob = (await desk.git("src", "rev-parse", "HEAD:a.txt")).trim();
    await desk.git("src", "update-index", "--add", "--cacheinfo", `100644,${blob},.distro/z${"z".repeat(300)}`);
    await desk.git("src", "commit", "-qm", "Long");
    const before = await desk.state(DIST);
    for (const options of [["-m", "Update"], []]) {
      const { code, stderr } = await update(desk, ...options);
      expect(code).toBe(1);
      expect(stderr).toContain("ENAMETOOLONG");
      expect(await desk.state(DIST)).toEqual(before);
    }
  });

  it.each([["SIGINT"], ["SIGTERM"]])("%s: nothing is changed, exit 130", async (signal) => {
    const desk = await ahead();
    const before = await desk.state(DIST);
    const listening = new Promise<void>((resolve) => {
      desk.signals.on("newListener", (name) => name === signal && setImmediate(resolve));
    });
    const running = update(desk, "-m", "Update");
    await listening;
    desk.signals.emit(signal);
    expect((await running).code).toBe(130);
    expect(desk.signals.listenerCount(signal)).toBe(0);
    expect(await desk.state(DIST)).toEqual(before);
  });

  it("a failing transformation leaves not even objects", async () => {
    const desk = await ahead();
    await desk.commit("src", "Bad\n\nPatch-name: ../escape", { "b.txt": "x\n" });
    const count = () => desk.git(DIST, "count-objects", "-v");
    const before = [await count(), await desk.state(DIST)];
    expect((await update(desk, "-m", "Update")).code).toBe(2);
    expect((await update(desk, "-f", "--dry-run")).code).toBe(2);
    expect([await count(), await desk.state(DIST)]).toEqual(before);
  });

  it("with several packages nothing is changed when one of them fails", async () => {
    const desk = await ahead();
    const packages = "packages: {hello: {}, bye: {specfile_path: .distro/missing.spec}}\n";
    const config = readFileSync(desk.path("src/.distro/source-git.yaml"), "utf8");
    await desk.commit("src", "Two", {
      ".distro/source-git.yaml": config.replace("downstream_package_name: hello\n", packages),
    });
    await desk.git(".", "clone", "-q", desk.path(DIST), desk.path("rpms/bye"));
    const before = await desk.state(DIST);
    const { code } = await desk.tandem(["source-git", "update-dist-git", "-f", "-m", "All", "src", "rpms"]);
    expect(code).toBe(2);
    expect(await desk.state(DIST)).toEqual(before);
  });
});

describe("D16: nothing of the repositories runs", () => {
  it("no hook, no filter, no monitor, no alias of an object store", async () => {
    const desk = await ahead({ dist: { ".gitattributes": "* filter=evil diff=evil\n*.patch text eol=crlf\n" } });
    const evil = desk.path("evil.sh");
    writeProgram(evil, `echo "$0 $@" >> ${desk.path("ran")}; cat`);
    for (const tree of ["src", DIST]) {
      for (const key of ["clean", "smudge", "process"]) await desk.git(tree, "config", `filter.evil.${key}`, evil);
      await desk.git(tree, "config", "diff.evil.textconv", evil);
      await desk.git(tree, "config", "diff.external", evil);
      await desk.git(tree, "config", "core.fsmonitor", evil);
      for (const hook of [
        "pre-commit",
        "commit-msg",
        "post-commit",
        "post-checkout",
        "post-index-change",
        "reference-transaction",
      ]) {
        writeProgram(desk.path(tree, ".git/hooks", hook), `echo ${hook} >> ${desk.path("ran")}`);
      }
    }
    // Touched, so that git would look into them.
    desk.write(`${DIST}/hello.spec`, readFileSync(desk.path(DIST, "hello.spec")));
    expect(await update(desk)).toMatchObject({ code: 0 });
    rmSync(desk.path(DIST, "0001-Change-a.patch"));
    rmSync(desk.path(DIST, "conf"), { recursive: true });
    desk.write(`${DIST}/hello.spec`, readFileSync(desk.path("src/.distro/hello.spec")));
    expect(await update(desk, "-m", "Update")).toMatchObject({ code: 0 });
    expect(await desk.tandem(["source-git", "status", "src", DIST])).toMatchObject({ code: 0 });
    expect(existsSync(desk.path("ran")) && readFileSync(desk.path("ran"), "utf8")).toBe(false);
    expect(readFileSync(desk.path(DIST, "0001-Change-a.patch"), "utf8")).not.toContain("\r");
  });
});

describe("D1: the user's settings change no byte", () => {
  it("of the tree", async () => {
    const trees = [];
    for (const hostile of [false, true]) {
      const desk = await ahead();
      let env = {};
      if (hostile) {
        desk.write(
          "home/.gitconfig",
          `[user]\nname = Uma\nemail = uma@example.com\n[core]\nautocrlf = true\nquotepath = false\nabbrev = 5\n[diff]\nnoprefix = true\nmnemonicPrefix = true\nalgorithm = histogram\ncontext = 9\n[format]\nsignOff = true\nsuffix = .txt\nattach = x\nnumbered = true\n[i18n]\nlogOutputEncoding = latin1\n[commit]\ngpgSign = true\n`,
        );
        for (const tree of ["src", DIST]) await desk.git(tree, "config", "diff.noprefix", "true");
        desk.write("src/.git/info/attributes", "*.txt binary\n");
        env = { LC_ALL: "tr_TR.ISO-8859-9", TZ: "Pacific/Kiritimati", GIT_DIFF_OPTS: "-u9", GIT_DIR: "/nowhere" };
      }
      const args = ["source-git", "update-dist-git", "-m", "Update", "src", DIST];
      expect(await desk.tandem(args, { env })).toMatchObject({ code: 0 });
      trees.push((await desk.git(DIST, "rev-parse", "HEAD^{tree}")).trim());
    }
    expect(trees[1]).toBe(trees[0]);
  });
});

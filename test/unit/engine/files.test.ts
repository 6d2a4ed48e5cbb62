import { describe, expect, it } from "@jest/globals";
import { applyCiRule } from "../../../src/engine/ci-file.ts";
import type { FileEntry } from "../../../src/engine/files/file-map.ts";
import { parseFilters } from "../../../src/engine/files/filter-rule.ts";
import { type SyncItem, syncFiles } from "../../../src/engine/files/sync-files.ts";
import { mergeAttributes } from "../../../src/engine/merge-attributes.ts";
import { type BytePath, pathFromText, pathToText } from "../../../src/git/byte-path.ts";
import { parseSha, type Sha } from "../../../src/model/ids.ts";
import { FREE } from "../../support/free-effort.ts";

/** `path` or `path=content`; a content is one letter that makes a blob id. */
function tree(...paths: string[]): Map<BytePath, FileEntry> {
  return new Map(
    paths.map((text) => {
      const [path = "", content = "a"] = text.split("=");
      return [
        pathFromText(path),
        { mode: "100644", id: parseSha(content.charCodeAt(0).toString(16).repeat(20)) as Sha },
      ] as const;
    }),
  );
}

function item(more: Partial<SyncItem>): SyncItem {
  return { src: [".distro/"], dest: ".", mkpath: false, delete: false, filters: [], ...more };
}

function paths(files: ReadonlyMap<BytePath, FileEntry>): string[] {
  return [...files.keys()].map(pathToText).sort();
}

const STANDARD = ["protect .git*", "protect sources", "exclude source-git.yaml", "exclude .gitignore"];

describe("filters", () => {
  it.each([
    ["exclude x", "x", true],
    ["exclude x", "a/x", true],
    ["exclude x", "xx", false],
    ["- /x", "x", true],
    ["- /x", "a/x", false],
    ["- a/x", "a/x", true],
    ["- a/x", "b/a/x", true],
    ["- a/x", "ba/x", false],
    ["exclude *.o", "a/b.o", true],
    ["exclude a*x", "a/x", false],
    ["exclude a**x", "a/b/x", true],
    ["exclude /a/**", "a/b/c", true],
    ["exclude **/x", "x", true],
    ["exclude **/x", "a/b/x", true],
    ["exclude ?.c", "a.c", true],
    ["exclude [ab].c", "b.c", true],
    ["exclude [!ab].c", "b.c", false],
    ["exclude [^ab].c", "c.c", true],
    ["exclude [[:digit:]]x", "5x", true],
    ["exclude \\*x", "*x", true],
    ["exclude a.c", "abc", false],
    ["exclude é", "é", true],
    ["-! keep", "other", true],
    ["-! keep", "keep", false],
    ["exclude dir/", "dir", false],
    ["exclude [z-a]", "m", false],
    ["exclude (", "(", true],
  ])("%s on %s", (rule, path, expected) => {
    const [parsed] = parseFilters([rule], FREE);
    expect(parsed?.matches(pathFromText(path), false)).toBe(expected);
  });

  it("many stars do not take long", () => {
    const [rule] = parseFilters([`exclude ${"*a".repeat(400)}b`], FREE);
    expect(rule?.matches(pathFromText("a".repeat(4000)), false)).toBe(false);
  });

  it("a directory and its contents", () => {
    const [rule] = parseFilters(["exclude /d/***"], FREE);
    expect(["d", "d/x", "d/x/y", "dx", "e/d"].map((path) => rule?.matches(pathFromText(path), path === "d"))).toEqual([
      true,
      true,
      true,
      false,
      false,
    ]);
  });

  it("a trailing slash means directories only", () => {
    expect(parseFilters(["exclude dir/"], FREE)[0]?.matches(pathFromText("a/dir"), true)).toBe(true);
  });

  it.each([["merge file"], ["dir-merge .f"], [": x"], ["exclude"], ["nonsense x"], [". x"]])(
    "%s is refused",
    (rule) => {
      expect(() => parseFilters([rule], FREE)).toThrow(/is not understood/);
    },
  );
});

describe("copying", () => {
  it("with init's rules: what is kept, deleted and not copied", () => {
    const source = tree(
      ".distro/x.spec=b",
      ".distro/.gitignore",
      ".distro/source-git.yaml",
      ".distro/.gitlab-ci.yml=b",
      ".distro/t/run",
    );
    const dist = tree(
      ".fmf/version",
      "extra",
      "old.patch",
      "t2/plain",
      ".gitattributes",
      "source-git.yaml",
      "t2/sources",
      "t2/.gitx",
      "x.spec",
      ".gitignore",
      ".github/x",
      "t/stale",
    );
    const { files, written } = syncFiles(source, dist, [item({ delete: true, filters: STANDARD })]);
    expect(paths(files)).toEqual([
      ".gitattributes",
      ".github/x",
      ".gitignore",
      ".gitlab-ci.yml",
      "source-git.yaml",
      "t/run",
      "t2/.gitx",
      "t2/sources",
      "x.spec",
    ]);
    expect([...written].map(pathToText).sort()).toEqual([".gitlab-ci.yml", "t/run", "x.spec"]);
    expect(files.get(pathFromText("x.spec"))?.id).toBe(source.get(pathFromText(".distro/x.spec"))?.id);
  });

  it.each([
    ["a file under a new name", { src: ["s/a"], dest: "b" }, ["b"]],
    ["a file into a directory", { src: ["s/a"], dest: "d/", mkpath: true }, ["d/a"]],
    ["a file into a directory that exists", { src: ["s/a"], dest: "old" }, ["old/a"]],
    ["several files", { src: ["s/a", "s/b"], dest: "d", mkpath: true }, ["d/a", "d/b"]],
    ["a directory", { src: ["s/sub"], dest: "." }, ["sub/c"]],
    ["its contents", { src: ["s/sub/"], dest: "." }, ["c"]],
    ["a glob without hidden files", { src: ["s/*"], dest: "." }, ["a", "b", "sub/c"]],
    ["a glob is not recursive", { src: ["s/**/c"], dest: "." }, ["c"]],
    ["missing sources are ignored", { src: ["no", "s/a"], dest: "." }, ["a"]],
    ["an excluded directory", { src: ["s/"], dest: ".", filters: ["exclude sub"] }, [".h", "a", "b"]],
    ["an exception before the rule", { src: ["s/"], dest: ".", filters: ["include a", "exclude *"] }, ["a"]],
    ["delete does nothing for single files", { src: ["s/a"], dest: ".", delete: true }, ["a"]],
    ["the whole source", { src: ["."], dest: "all", filters: ["+ /s", "+ /s/a", "- *"] }, ["all/s/a"]],
  ])("%s", (_name, more, expected) => {
    const source = tree("s/a", "s/b", "s/sub/c", "s/.h", "top");
    const { files } = syncFiles(source, tree("old/x"), [item({ ...more })]);
    expect(paths(files)).toEqual([...expected, "old/x"].sort());
  });

  it.each([
    ["no parent", { src: ["s/a"], dest: "no/such/b" }],
    ["a directory onto a file", { src: ["s/"], dest: "file" }],
    ["a file onto a directory", { src: ["s/"], dest: "." }],
  ])("rsync would fail: %s", (_name, more) => {
    expect(() => syncFiles(tree("s/a"), tree("file", "a/x"), [item(more)])).toThrow(/files_to_sync cannot copy/);
  });

  it("a directory replaces a file", () => {
    expect(paths(syncFiles(tree("s/a/b"), tree("a"), [item({ src: ["s/"] })]).files)).toEqual(["a/b"]);
  });

  it("D13: content decides, and modes are kept", () => {
    const source = tree("s/a=b");
    source.set(pathFromText("s/a"), { ...(source.get(pathFromText("s/a")) as FileEntry), mode: "100755" });
    const { files } = syncFiles(source, tree("a=a"), [item({ src: ["s/"] })]);
    expect(files.get(pathFromText("a"))).toEqual(source.get(pathFromText("s/a")));
  });
});

describe("the CI files", () => {
  it.each([
    [false, ["x", ".gitlab-ci.yml=d", ".gitlab/old"]],
    [true, ["x", ".gitlab-ci.yml=s", ".gitlab/new", ".gitlab/sub/deep"]],
    ["as-listed", ["x", ".gitlab-ci.yml=r", ".gitlab/new", ".gitlab/sub/deep"]],
  ] as const)("D31: copyCiFile %s", (copyCiFile, expected) => {
    const files = tree("x", ".gitlab-ci.yml=r", ".gitlab/new", ".gitlab/sub/deep");
    applyCiRule(files, {
      source: tree(".distro/.gitlab-ci.yml=s"),
      dist: tree(".gitlab-ci.yml=d", ".gitlab/old"),
      copyCiFile,
    });
    expect(files).toEqual(tree(...expected));
  });
});

describe("attributes", () => {
  it("of all directories become one file", () => {
    const file = (path: string, text: string) => ({ path: pathFromText(path), content: Buffer.from(text) });
    const merged = mergeAttributes([
      file("a/b/.gitattributes", "*.c diff=cpp\n/x binary\nd/y -diff\n"),
      file(".gitattributes", "[attr]m -diff\n*.x m\n"),
      file("a/.gitattributes", '# note\n"q z" text\n[attr]n text\n!no x\n'),
    ]);
    expect(merged.toString().split("\n").filter(Boolean)).toEqual([
      "[attr]m -diff",
      "*.x m",
      '"a/**/q z" text',
      '"a/b/**/*.c" diff=cpp',
      '"a/b/x" binary',
      '"a/b/d/y" -diff',
    ]);
  });
});

// Texts and patterns that are small to send and huge to work on: refused before they are, as nothing could interrupt that.
import { describe, expect, it } from "@jest/globals";
import { readConfig } from "../../../src/engine/config/read-config.ts";
import { mergeContents } from "../../../src/engine/dist-to-source/merge-lines.ts";
import { createEffort } from "../../../src/engine/effort.ts";
import type { FileEntry } from "../../../src/engine/files/file-map.ts";
import { parseFilters } from "../../../src/engine/files/filter-rule.ts";
import { type SyncItem, syncFiles, syncTooComplex } from "../../../src/engine/files/sync-files.ts";
import { MAX_TEXT_BYTES, MAX_TEXT_LINES } from "../../../src/engine/limits.ts";
import { readLegacyMetadata } from "../../../src/engine/patches/legacy-metadata.ts";
import { makePatches, tooMuchMetadata } from "../../../src/engine/patches/make-patches.ts";
import { sameChanges } from "../../../src/engine/patches/patch-identity.ts";
import { readPatchTrailers } from "../../../src/engine/patches/patch-metadata.ts";
import { toLines } from "../../../src/engine/spec/spec-lines.ts";
import { type BytePath, pathFromText } from "../../../src/git/byte-path.ts";
import type { Commit } from "../../../src/git/repository.ts";
import { userError } from "../../../src/model/errors.ts";
import { parseSha, type Sha } from "../../../src/model/ids.ts";
import { FREE } from "../../support/free-effort.ts";

const ID = parseSha("ab".repeat(20)) as Sha;
const refused = (code: string, message: RegExp) =>
  expect.objectContaining({ kind: "user", code, message: expect.stringMatching(message) });

/** Each level names the one below ten times. */
const LAUGHS = Array.from({ length: 12 }, (_, level) => {
  const below = level === 0 ? '"ha"' : `*l${level - 1}`;
  return `l${level}: &l${level} [${Array(10).fill(below).join(", ")}]\n`;
}).join("");

describe("source-git.yaml", () => {
  it.each<[string, string, RegExp]>([
    ["aliases of aliases", `_:\n${LAUGHS.replace(/^/gm, "  ").trimEnd()}\n`, /aliases/],
    ["an alias of nothing", "upstream_ref: *nothing\n", /lias/],
    ["lists in lists", `_: ${"[".repeat(60)}${"]".repeat(60)}\n`, /nested too deeply/],
    ["lists that nobody closes", `_: ${"[".repeat(60_000)}`, /nested too deeply/],
    ["maps in maps", `_: ${"{a: ".repeat(10_000)}`, /nested too deeply/],
    ["dashes behind dashes", `_:\n  ${"- ".repeat(30_000)}a\n`, /nested too deeply/],
    ["keys in keys", `${"? ".repeat(30_000)}a\n`, /nested too deeply/],
    ["deeper with each line", Array.from({ length: 80 }, (_, at) => `${" ".repeat(at)}a:\n`).join(""), /deeply/],
    ["nothing but mistakes", "}".repeat(20_000), /cannot be used/],
    ["too much of it", `# ${"x".repeat(65_536)}\n`, /larger than 65536 bytes/],
  ])("is refused: %s", (_name, text, message) => {
    expect(() => readConfig(Buffer.from(text))).toThrow(refused("config-invalid", message));
  });

  it("may be nested as deep as people do, and use anchors", () => {
    const text = `_: [[[[[[[[[[&a x]]]]]]]]]]\ndownstream_package_name: hello\nupstream_ref: *a\n`;
    expect(readConfig(Buffer.from(text))).toMatchObject({ packageName: "hello", upstreamRef: "x" });
  });
});

describe("commit messages", () => {
  it.each(["[".repeat(5000), "'".repeat(9000), `${"{a: ".repeat(2000)}`])("a trailer that is no value: %#", (value) => {
    expect(() => readPatchTrailers(`Subject\n\nPatch-name: ${value}\n`, "x")).toThrow(refused("trailer-invalid", /x/));
  });

  it("old metadata that is nested too deeply is none", () => {
    expect(readLegacyMetadata(`Subject\n\npatch_name: ${"[".repeat(4000)}`, "x", FREE)).toBeUndefined();
  });

  it("old metadata in many of them is tried for a while only", () => {
    const message = `Subject\n\n${"x: }\n".repeat(40)}${"y ".repeat(3000)}\npatch_name: [`;
    const commit = { sha: ID, tree: ID, parents: [], author: {}, committer: {}, message } as unknown as Commit;
    const series = Array(20).fill({ commit, isEmpty: false });
    const effort = createEffort(1_000_000, tooMuchMetadata);
    expect(() => makePatches(series, "full", effort)).toThrow(refused("metadata-too-complex", /commit messages/));
  });
});

describe("texts of lines", () => {
  it.each([Buffer.alloc(MAX_TEXT_LINES, "\n"), Buffer.alloc(MAX_TEXT_BYTES + 1, "x")])("too large: %#", (content) => {
    expect(() => toLines(content)).toThrow(refused("spec-too-large", /200000 lines are allowed/));
    const small = Buffer.from("a\n");
    expect(mergeContents({ base: small, ours: content, theirs: small })).toBeUndefined();
  });

  it("as large as allowed", () => {
    expect(toLines(Buffer.alloc(MAX_TEXT_LINES - 1, "\n"))).toHaveLength(MAX_TEXT_LINES);
  });

  it("large patch files are compared by their bytes", () => {
    const patch = Buffer.alloc(17 * 1024 * 1024, "diff --git a/x b/x\n--- a/x\n+++ b/x\n");
    expect(sameChanges(patch, Buffer.from(patch))).toBe(true);
    expect(sameChanges(patch, Buffer.concat([Buffer.from("\n"), patch]))).toBe(false);
  });
});

describe("files_to_sync", () => {
  const entry: FileEntry = { mode: "100644", id: ID };
  const filesOf = (count: number) =>
    new Map<BytePath, FileEntry>(Array.from({ length: count }, (_, at) => [pathFromText(`d/${at}`), entry]));
  const item = (more: Partial<SyncItem>): SyncItem => {
    return { src: ["d/"], dest: ".", mkpath: false, delete: false, filters: [], ...more };
  };

  it.each<[string, Partial<SyncItem>]>([
    ["directories", { src: Array(1000).fill("e/") }],
    ["patterns", { src: Array(1000).fill("*x*y*z") }],
    ["filters", { filters: Array(1000).fill("exclude *1*2*3*4*5*6*7*") }],
  ])("too many %s for too many files", (_name, more) => {
    const source = filesOf(2000).set(pathFromText("e/x"), entry);
    const items = Array(1000).fill(item(more));
    const effort = createEffort(1_000_000, syncTooComplex);
    expect(() => syncFiles(source, new Map(), items, { effort })).toThrow(refused("sync-too-complex", /too many/));
  });

  it("what people write is far below the bound", () => {
    const source = filesOf(20_000).set(pathFromText("e/x"), entry);
    const own = item({ src: ["e/"], delete: true, filters: Array(20).fill("protect .git*") });
    expect(syncFiles(source, new Map(), Array(20).fill(own)).files.size).toBe(1);
  });

  it("a pattern's work is counted", () => {
    const effort = createEffort(10_000, () => userError("too-much", "Too much.", { fix: "Less." }));
    const [rule] = parseFilters([`exclude ${"*a".repeat(100)}b`], effort);
    expect(rule?.matches(pathFromText("aaa"), false)).toBe(false);
    expect(() => rule?.matches(pathFromText("a".repeat(1000)), false)).toThrow(refused("too-much", /Too much/));
  });
});

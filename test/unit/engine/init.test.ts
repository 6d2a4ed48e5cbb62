// The parts of init that turn text into text: source-git.yaml, lookaside addresses, levels of %prep, messages.
import { describe, expect, it } from "@jest/globals";
import fc from "fast-check";
import { parse } from "yaml";
import { readConfig } from "../../../src/engine/config/read-config.ts";
import { lookasideSources } from "../../../src/engine/init/lookaside.ts";
import { patchMessage } from "../../../src/engine/init/patch-message.ts";
import { readPrep } from "../../../src/engine/init/prep-levels.ts";
import { writeConfig } from "../../../src/engine/init/write-config.ts";
import { commentLines } from "../../../src/engine/patches/patch-comment.ts";
import { readPatchTrailers } from "../../../src/engine/patches/patch-metadata.ts";
import { parseSpec } from "../../../src/engine/spec/parse-spec.ts";
import { asBytes, asText } from "../../../src/engine/spec/spec-lines.ts";
import { parseSha, type Sha } from "../../../src/model/ids.ts";

const config = {
  upstreamUrl: "https://example.com/hello.git",
  upstreamRef: "v1.0",
  packageName: "hello",
  digits: 1,
  sources: [],
};

describe("source-git.yaml", () => {
  it.each([
    ["v1.0", "v1.0"],
    ["1.0", "'1.0'"],
    ["1", "'1'"],
    ["1.0.1", "1.0.1"],
    ["yes", "'yes'"],
    ["null", "'null'"],
    ["2022-01-01", "'2022-01-01'"],
    ["0x1f", "'0x1f'"],
    ["a: b", "'a: b'"],
    ["a #b", "'a #b'"],
    ["it's", "it's"],
    ["'quoted'", "'''quoted'''"],
    ["[0-9]*", "'[0-9]*'"],
    ["*", "'*'"],
    ["-x", "-x"],
    ["ü", '"\\u00FC"'],
    ["", "''"],
  ])("1.7: writes %s as PyYAML does", (upstreamRef, written) => {
    const text = writeConfig({ ...config, upstreamRef });
    expect(text).toContain(`\nupstream_ref: ${written}\n`);
    expect(parse(text, { version: "1.1" }).upstream_ref).toBe(upstreamRef);
  });

  it("is read back as written, whatever the texts are", () => {
    const text = fc.oneof(fc.string({ maxLength: 20 }), fc.string({ unit: "grapheme", maxLength: 9 }));
    const plain = text.filter((one) => !one.includes("\0"));
    fc.assert(
      fc.property(plain, plain, (upstreamRef, upstreamUrl) => {
        const read = readConfig(Buffer.from(writeConfig({ ...config, upstreamRef, upstreamUrl })));
        expect(read).toMatchObject({ upstreamRef, packageName: "hello", specPath: ".distro/hello.spec", paths: [""] });
      }),
      { numRuns: 300, seed: 3 },
    );
  });
});

describe("lookaside addresses", () => {
  const hash = "0a".repeat(64);
  it.each([
    [
      "fedpkg" as const,
      `SHA512 (h-1.tar.gz) = ${hash}`,
      `https://src.fedoraproject.org/repo/pkgs/rpms/h/h-1.tar.gz/sha512/${hash}/h-1.tar.gz`,
    ],
    [
      "centpkg" as const,
      `SHA512 (h-1.tar.gz) = ${hash}`,
      `https://sources.stream.centos.org/sources/rpms/h/h-1.tar.gz/sha512/${hash}/h-1.tar.gz`,
    ],
    [
      "fedpkg" as const,
      `${"0".repeat(32)}  h-1.tar.gz`,
      `https://src.fedoraproject.org/repo/pkgs/rpms/h/h-1.tar.gz/md5/${"0".repeat(32)}/h-1.tar.gz`,
    ],
  ])("4.4: %s, %s", (tool, line, url) => {
    expect(lookasideSources(`${line}\nno entry\n\n`, "h", tool)).toEqual([{ path: "h-1.tar.gz", url }]);
  });
});

describe("levels of %prep", () => {
  const prep = (...lines: string[]) => readPrep(parseSpec(["Name: x", "", "%prep", ...lines, "", "%build"]));
  it.each<[string, string[], number, number | undefined]>([
    ["-p1", ["%autosetup -p1"], 1, 1],
    ["-p 0", ["%autosetup -n x -p 0"], 1, 0],
    ["with another option in front", ["%autosetup -Sgit -p2 -n %{name}-1"], 1, 2],
    ["none", ["%autosetup -n app-p1"], 1, undefined],
    ["%autopatch", ["%autosetup -N", "%autopatch -p1"], 1, 1],
    ["one patch of its own, new way", ["%autosetup -N", "%patch -P 3 -p0", "%autopatch -p1"], 3, 0],
    ["one patch of its own, old way", ["%autosetup -N -p1", "%patch3 -p0"], 3, 0],
    ["over several lines", ["%autosetup \\", "  -p1"], 1, 1],
    ["with carriage returns", ["%autosetup -p1\r"], 1, 1],
  ])("%s", (_name, lines, number, level) => {
    expect(prep(...lines)?.levelOf(number)).toBe(level);
  });

  it("%setup alone is not enough", () => {
    expect(prep("%setup -q", "%patch1 -p1")).toBeUndefined();
  });
});

describe("messages", () => {
  const distHead = parseSha("a".repeat(40)) as Sha;

  it("every comment comes back as it was, or is left out", () => {
    const line = fc.oneof(
      fc.constantFrom("#", "# a", "#!x", "# : | >", "# 'x", "# 50%", "# %%", "#\t tab", "# ü", "# a  "),
      fc.string({ maxLength: 12 }).map((text) => `# ${text.replace(/[\r\n]/g, "")}`),
      fc.constantFrom("# \x85 next line", "# \u2028", "# \x07"),
    );
    fc.assert(
      fc.property(fc.array(line, { maxLength: 4 }), (lines) => {
        const comment = lines.map(asBytes);
        const made = patchMessage("Subject\n", { name: "a.patch", id: 1, comment, noPrefix: false, distHead });
        const read = readPatchTrailers(made.message, "here");
        expect(read).toMatchObject({ name: "a.patch", id: 1 });
        if (made.comment === undefined) expect(read?.status).toBeUndefined();
        const plain = (text: string) => text.replace(/[ \t\r\v\f]+$/, "").replaceAll("%%", "%");
        if (made.comment !== undefined) {
          const again = commentLines(read?.status ?? "").map(asBytes);
          expect(again.map((one) => plain(asText(one)))).toEqual(lines.map(plain));
        }
      }),
      { numRuns: 500, seed: 8 },
    );
  });

  it.each(["a b.patch", "123", "yes", "x: y.patch", "# x.patch", "'q'.patch", "%x.patch", "~"])(
    "the name %s comes back",
    (name) => {
      const facts = { name, id: undefined, comment: [], noPrefix: true, distHead };
      expect(readPatchTrailers(patchMessage("S\n", facts).message, "")).toMatchObject({
        name,
        noPrefix: true,
        status: "",
      });
    },
  );
});

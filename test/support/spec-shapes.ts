// Shapes of spec files that are found in Fedora and CentOS, as small specs of our own. Lines that begin with `+` are those
// that the editor has to add for `new-1.patch` and `new-2.patch`; lines with `-` stand in dist-git's spec only, and go.

/** A shape with what the editor makes of it. */
export interface SpecShape {
  readonly name: string;
  /** Source-git's spec. */
  readonly base: string;
  /** Dist-git's spec before; undefined: it has none yet. */
  readonly before: string | undefined;
  readonly expected: string;
  readonly digits: number;
  /** File names of the patches that the spec has to list, in order. */
  readonly wanted: readonly string[];
}

const HEAD = ["Name: n", "Version: 1", "Release: 1", "Summary: s", "License: MIT"];
const TAIL = ["", "%description", "x"];

interface Marks {
  readonly digits?: number;
  /** Default: the two new ones. */
  readonly wanted?: readonly string[];
}

/** Lines marked `=` are in dist-git's spec already, and stay. */
function shape(name: string, marked: readonly string[], { digits = 1, wanted }: Marks = {}): SpecShape {
  const hasSections = marked.some((line) => /^.?%description$/.test(line));
  const lines = [...HEAD, ...marked, ...(hasSections ? [] : TAIL), ""];
  const only = (marks: string) =>
    lines
      .filter((line) => !/^[-+=]/.test(line) || marks.includes(line[0] ?? ""))
      .map((line) => line.replace(/^[-+=]/, ""));
  const hasBefore = marked.some((line) => /^[-=]/.test(line));
  return {
    name,
    base: only("").join("\n"),
    before: hasBefore ? only("-=").join("\n") : undefined,
    expected: only("+=").join("\n"),
    digits,
    wanted: wanted ?? ["new-1.patch", "new-2.patch"],
  };
}

/** In one column with the value of `Source0: `. */
const NEW = ["+Patch1:  new-1.patch", "+Patch2:  new-2.patch"];
/** Where there is no Source tag. */
const PLAIN = ["+Patch1: new-1.patch", "+Patch2: new-2.patch"];

export const SPEC_SHAPES: readonly SpecShape[] = [
  shape("no blank behind the colon", ["Source0:a.tar", "+Patch1: new-1.patch", "+Patch2: new-2.patch"]),
  shape("aligned with tabs", [
    "Source0:\t\ta.tar",
    "Patch0:\t\ta.patch",
    "+Patch1:\t\tnew-1.patch",
    "+Patch2:\t\tnew-2.patch",
    "BuildRequires:\tgcc",
  ]),
  shape("lower case", ["source0: a.tar", "patch0: a.patch", "+patch1: new-1.patch", "+patch2: new-2.patch"]),
  shape("no numbers at all", [
    "Source: a.tar",
    "Patch: a.patch",
    "Patch: b.patch",
    "+Patch: new-1.patch",
    "+Patch: new-2.patch",
  ]),
  shape("numbers in groups of a hundred", [
    "Source0: a.tar",
    "Patch1: a.patch",
    "",
    "Patch100: b.patch",
    "+Patch101: new-1.patch",
    "+Patch102: new-2.patch",
    "",
    "BuildRequires: gcc",
  ]),
  shape("a group with larger numbers in front", [
    "Source0: a.tar",
    "Patch1000: b.patch",
    "+Patch1001: new-1.patch",
    "+Patch1002: new-2.patch",
    "# ordinary ones",
    "Patch1: a.patch",
  ]),
  shape("padded numbers", [
    "Source0: a.tar",
    "Patch0001: a.patch",
    "+Patch0002: new-1.patch",
    "+Patch0003: new-2.patch",
  ]),
  shape("sources below the requirements", [
    "BuildRequires: gcc",
    "Source0: a.tar",
    "Source10: b.service",
    "+Patch1:   new-1.patch",
    "+Patch2:   new-2.patch",
    "Requires: bash",
  ]),
  shape("a comment and a blank line behind", ["Source0: a.tar", ...NEW, "", "# for the tests", "BuildRequires: gcc"]),
  shape("a patch taken out with #", [
    "Source0: a.tar",
    "Patch0: a.patch",
    "+Patch1: new-1.patch",
    "+Patch2: new-2.patch",
    "#Patch7: b.patch",
  ]),
  shape("a patch taken out with %dnl", [
    "Source0: a.tar",
    "Patch0: a.patch",
    "+Patch1: new-1.patch",
    "+Patch2: new-2.patch",
    "%dnl Patch7: b.patch",
  ]),
  shape("patches in a conditional", [
    "Source0: a.tar",
    "%if 0%{?rhel}",
    "Patch1: a.patch",
    "%endif",
    "+Patch2: new-1.patch",
    "+Patch3: new-2.patch",
  ]),
  shape("another patch for each branch", [
    "Source0: a.tar",
    "%if 0%{?rhel}",
    "Patch1: a.patch",
    "%else",
    "Patch2: b.patch",
    "%endif",
    "+Patch3: new-1.patch",
    "+Patch4: new-2.patch",
  ]),
  shape("the source in a conditional with a requirement", [
    "%if 1",
    "Source0: a.tar",
    "BuildRequires: gcc",
    "%endif",
    ...NEW,
  ]),
  shape("conditionals in conditionals", ["%if 1", "%ifarch x86_64", "Source0: a.tar", "%endif", "%endif", ...NEW]),
  shape("a word behind %endif", ["%if 1", "Source0: a.tar", "%endif # 1", ...NEW]),
  shape("a condition over two lines", ["%if 0 || \\", "  1", "Source0: a.tar", "%endif", ...NEW]),
  shape("%ifos and %ifnarch", [
    "%ifos linux",
    "Source0: a.tar",
    "%else",
    "Source0: b.tar",
    "%endif",
    ...NEW,
    "%ifnarch s390x",
    "BuildRequires: gcc",
    "%endif",
  ]),
  shape("a patch in a conditional macro", [
    "Source0: a.tar",
    "%{?undefined_macro:Patch1: a.patch}",
    "+Patch2: new-1.patch",
    "+Patch3: new-2.patch",
  ]),
  shape("sources in a conditional macro over several lines", [
    "%{!?undefined_macro:",
    "Source0: a.tar",
    "Source1: b.tar",
    "}",
    ...NEW,
    "BuildRequires: gcc",
  ]),
  shape("macro calls inside of each other", ["%{!?one:", "  %{!?two:", "Source0: a.tar", "   }", "}", ...NEW]),
  shape("tags from %{expand:", [
    "%{expand:",
    "Source0: a.tar",
    "Patch4: a.patch",
    "}",
    "+Patch5: new-1.patch",
    "+Patch6: new-2.patch",
  ]),
  shape("a program that writes text", ["Source0: a.tar", ...NEW, "%{lua:", 'print("Patch50: lua.patch\\n")', "}"]),
  shape("a definition of several lines behind the source", [
    "Source0: a.tar",
    ...NEW,
    "%global text %{expand:",
    "Patch9: no.patch",
    "%prep",
    "}",
  ]),
  shape("a definition with backslashes", [
    "%define more() \\",
    "Source9: no.tar \\",
    "%if 1 \\",
    "%{nil}",
    "Source0: a.tar",
    ...NEW,
  ]),
  shape("requirements over several lines", [
    "Source0: a.tar",
    ...NEW,
    "BuildRequires: %{shrink:",
    " gcc",
    " make",
    "}",
  ]),
  shape("a value over several lines", ["Source0: %{shrink:", "a.tar", "}", ...NEW, "BuildRequires: gcc"]),
  shape("a comment with an open brace and its pair", ["# see %{?nothing:", "# at all}", "Source0: a.tar", ...NEW]),
  shape("a comment that ends with a backslash", ["Source0: a.tar", ...NEW, "# see \\", "BuildRequires: gcc"]),
  shape("%bcond and %global in front", [
    "%bcond_without tests",
    "%global commit abc",
    "Source0: a-%{commit}.tar",
    ...NEW,
  ]),
  shape("%{name} in the patch", [
    "Source0: a.tar",
    "Patch0: %{name}-a.patch",
    "+Patch1: new-1.patch",
    "+Patch2: new-2.patch",
  ]),
  shape("sub-packages with sources of their own", [
    "Source0: a.tar",
    ...NEW,
    "",
    "%description",
    "x",
    "",
    "%package sub",
    "Summary: s",
    "Source1: b.tar",
    "%description sub",
    "y",
  ]),
  shape("sub-packages with patches of their own", [
    "Source0: a.tar",
    "Patch1: a.patch",
    "+Patch3: new-1.patch",
    "+Patch4: new-2.patch",
    "",
    "%description",
    "x",
    "%package sub",
    "Summary: s",
    "Patch2: b.patch",
    "%description sub",
    "y",
  ]),
  shape("a conditional sub-package at the end of the preamble", [
    "Source0: a.tar",
    ...NEW,
    "",
    "%if 0",
    "%package sub",
    "Summary: s",
    "%description sub",
    "y",
    "%endif",
    "",
    "%description",
    "x",
  ]),
  shape("Patch lines in the changelog", [
    "Source0: a.tar",
    ...NEW,
    "",
    "%description",
    "x",
    "",
    "%changelog",
    "* Thu Jan 01 1970 A <a@b> - 1-1",
    "Patch99: is gone",
  ]),
  shape("no source", ["BuildArch: noarch", ...PLAIN, "", "%description", "x"]),
  shape("%patchlist", [
    "Source0: a.tar",
    "",
    "%patchlist",
    "a.patch",
    "# why",
    "b.patch",
    "+new-1.patch",
    "+new-2.patch",
    "",
    "%description",
    "x",
  ]),
  shape("%patchlist with more than patches", [
    "Source0: a.tar",
    "%patchlist",
    "%global dir d",
    "a.patch",
    "%dnl b.patch",
    "%if 0",
    "c.patch",
    "%endif",
    "+new-1.patch",
    "+new-2.patch",
    "",
    "%description",
    "x",
  ]),
  shape("%patchlist before a conditional section", [
    "Source0: a.tar",
    "%patchlist",
    "a.patch",
    "+new-1.patch",
    "+new-2.patch",
    "",
    "%if 0",
    "%package sub",
    "Summary: s",
    "%description sub",
    "y",
    "%endif",
    "%description",
    "x",
  ]),
  shape("an empty %patchlist and a %sourcelist", [
    "%sourcelist",
    "a.tar",
    "",
    "%patchlist",
    "+new-1.patch",
    "+new-2.patch",
    "",
    "%description",
    "x",
  ]),
  shape("%sourcelist without %patchlist", [
    "BuildArch: noarch",
    ...PLAIN,
    "",
    "%sourcelist",
    "a.tar",
    "",
    "%description",
    "x",
  ]),
  shape("bytes that are not UTF-8", [
    "# caf\u00e9 \u00a0",
    "Source0: a.tar",
    ...NEW,
    "",
    "%description",
    "# na\u00efve",
  ]),
  shape(
    "D29: a patch of dist-git whose name is written with a macro",
    ["Source0: a.tar", "=Patch0: %{name}-a.patch", "+Patch1: new-2.patch"],
    { wanted: ["n-a.patch", "new-2.patch"] },
  ),
  shape("D29: a patch of dist-git that is a URL", [
    "Source0: a.tar",
    "=# upstream",
    "=Patch5: https://example.com/%{version}/new-1.patch",
    "+Patch6: new-2.patch",
  ]),
  shape(
    "D29: patches of dist-git in a conditional, another one between them",
    [
      "Source0: a.tar",
      "%if 1",
      "-Patch1: a.patch",
      "-Patch8: c.patch",
      "%endif",
      "+Patch1:  a.patch",
      "+Patch2:  new-1.patch",
      "+Patch3:  c.patch",
    ],
    { wanted: ["a.patch", "new-1.patch", "c.patch"] },
  ),
  shape(
    "D29: patches of dist-git in a conditional, another one behind them",
    ["Source0: a.tar", "%if 1", "=Patch1: a.patch", "=Patch8: c.patch", "%endif", "+Patch9: new-1.patch"],
    { wanted: ["a.patch", "c.patch", "new-1.patch"] },
  ),
  shape("D29: a patch that vanished, with its comment", [
    "Source0: a.tar",
    "=Patch1: new-1.patch",
    "-# why",
    "-Patch2: gone.patch",
    "=Patch3: new-2.patch",
    "",
    "BuildRequires: gcc",
  ]),
];

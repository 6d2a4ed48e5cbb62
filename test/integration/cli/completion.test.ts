// tandem completion and tandem man: the scripts in the shells that this machine has, and the page as roff.
import { spawnSync } from "node:child_process";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "@jest/globals";
import { Command } from "commander";
import { readCommandTree } from "../../../src/cli/shell/command-tree.ts";
import { completionScript } from "../../../src/cli/shell/completion-script.ts";
import { manPage } from "../../../src/cli/shell/man-page.ts";

const main = join(import.meta.dirname, "../../../dist/src/cli/main.js");
const tandem = (...args: readonly string[]): string =>
  spawnSync(process.execPath, [main, ...args], { encoding: "utf8" }).stdout;
const has = (program: string): boolean => spawnSync(program, ["--help"], { stdio: "ignore" }).error === undefined;

let directory: string;
beforeAll(() => {
  directory = mkdtempSync(join(tmpdir(), "tandem-completion-"));
  // A directory that is called like a command, and one that a shell would take apart.
  for (const name of ["config", "my dir"]) mkdirSync(join(directory, "here", name), { recursive: true });
  for (const shell of ["bash", "zsh", "fish"]) writeFileSync(join(directory, shell), tandem("completion", shell));
});
afterAll(() => rmSync(directory, { recursive: true }));

/** Words behind `tandem`, and what is offered for the last of them. */
const LINES: readonly (readonly [readonly string[], readonly string[]])[] = [
  [["conf"], ["config"]],
  [["config", "ch"], ["check"]],
  [["config", "check", "--e"], ["--env"]],
  [
    ["config", "check", "--env", ""],
    ["development", "staging", "production"],
  ],
  [["config", "check", "--env", "p"], ["production"]],
  [["config", "check", "--env", "=", "p"], ["production"]],
  [["source-git", "update-d"], ["update-dist-git"]],
  [
    ["source-git", "update-dist-git", "-F", ""],
    ["config", "my dir"],
  ],
  [["source-git", "status", "my"], ["my dir"]],
  [["source-git", "status", "--j"], ["--json"]],
  [["sync", "c"], []],
  [["sweep", "--route", "c"], []],
  [
    ["completion", ""],
    ["bash", "zsh", "fish", "-h", "--help"],
  ],
];

/** A bash-like function that prints for each line of words what the script offers, one offer a line, a dot at the end. */
const ASK = `ask() {
  COMP_WORDS=(tandem "$@"); COMP_CWORD=$#
  _tandem
  for offer in "\${COMPREPLY[@]}"; do echo "$offer"; done
  echo .
}
`;

const ask = (shell: string, before: string, lines: readonly (readonly string[])[]): readonly (readonly string[])[] => {
  const calls = lines.map((words) => `ask ${words.map((word) => `'${word}'`).join(" ")}\n`).join("");
  const options = shell === "zsh" ? ["-f", "-c"] : ["--norc", "-c"];
  const { stdout, stderr } = spawnSync(shell, [...options, `${before}${ASK}${calls}`], {
    cwd: join(directory, "here"),
    encoding: "utf8",
  });
  expect(stderr).toBe("");
  return stdout.split(/^\.\n/m).map((offers) => offers.split("\n").filter((offer) => offer !== ""));
};

it("bash completes commands, options, their values, and paths where paths are meant", () => {
  const offered = ask(
    "bash",
    "source ../bash\n",
    LINES.map(([words]) => words),
  );
  for (const [index, [words, expected]] of LINES.entries()) expect([words, offered[index]]).toEqual([words, expected]);
});

(has("zsh") ? it : it.skip)("zsh runs the same script, and chooses among the offers itself", () => {
  const [values, paths] = ask("zsh", "autoload -Uz compinit; compinit -u -D; source ../zsh; setopt ksharrays\n", [
    ["config", "check", "--env", "p"],
    ["source-git", "update-dist-git", "-F", ""],
  ]);
  expect([values, paths]).toEqual([
    ["development", "staging", "production"],
    ["config", "my dir"],
  ]);
});

(has("fish") ? it : it.skip)("fish completes the same", () => {
  for (const [words, expected] of LINES) {
    // fish takes a value behind `=` for one word, puts a slash behind directories, and shows options only when asked for one.
    if (words.includes("=")) continue;
    const script = `source ../fish; complete -C 'tandem ${words.join(" ")}'`;
    const { stdout, stderr } = spawnSync("fish", ["--no-config", "-c", script], {
      cwd: join(directory, "here"),
      encoding: "utf8",
    });
    expect(stderr).toBe("");
    const offered = stdout.split("\n").map((line) => line.split("\t", 1)[0]?.replace(/\/$/, "") ?? "");
    const wanted = expected.filter((word) => !words.includes("") || !word.startsWith("-"));
    expect([words, offered.filter((offer) => offer !== "").toSorted()]).toEqual([words, wanted.toSorted()]);
  }
});

describe("a description of any kind", () => {
  const odd = 'it\'s 100% \\ $(touch pwned) `x` "y"; .';
  const program = new Command("tandem").description(odd);
  program.command("odd").description(odd).option("--odd <path>", odd).argument("<file>", odd);

  it("does not leave its quotes in a script for fish, and is in no other script", () => {
    const line =
      completionScript(readCommandTree(program), "fish")
        .split("\n")
        .find((text) => text.includes("-a odd")) ?? "";
    expect(line).toContain(`-d 'it\\'s 100% \\\\ $(touch pwned)`);
    expect(completionScript(readCommandTree(program), "bash")).not.toContain("pwned");
  });

  it("is no request of roff", () => {
    const page = manPage({
      version: "1",
      description: odd,
      sections: [{ title: "a-b", text: ".so /etc/passwd\n'x\n\\n" }],
    });
    expect(page).toContain("\\&.so /etc/passwd\n\\&'x\n\\en\n");
    expect(page).toContain("A\\-B");
    expect(manPage({ version: "1", description: "…", sections: [] })).toContain("tandem \\- \\[u2026]");
  });
});

it("output that nobody wants to the end is no error", () => {
  const { stdout, stderr } = spawnSync("sh", ["-c", `"$0" "$1" man | true`, process.execPath, main], {
    encoding: "utf8",
  });
  expect([stdout, stderr]).toEqual(["", ""]);
});

describe("the manual page", () => {
  const page = tandem("man");

  it("has a section for every command, with its options and examples", () => {
    const sections = [...page.matchAll(/^\.SH TANDEM ?(.*)$/gm)].map(([, name = ""]) =>
      name.replaceAll("\\", "").toLowerCase(),
    );
    const bash = tandem("completion", "bash");
    const commands = [...bash.matchAll(/^ {8}\/([a-z/-]*)\) offer=/gm)].map(([, path = ""]) =>
      path.replaceAll("/", " "),
    );
    expect(sections).toEqual(commands);
    expect(sections.length).toBeGreaterThan(15);
    expect(page).toContain("\\-\\-upstream\\-ref <ref>");
    expect(page).toContain("tandem source\\-git update\\-dist\\-git \\-F message.txt src/acl rpms/acl");
  });

  (has("mandoc") ? it : it.skip)("is roff without errors", () => {
    const { status, stdout } = spawnSync("mandoc", ["-T", "lint", "-W", "error"], { input: page, encoding: "utf8" });
    expect([status, stdout]).toEqual([0, ""]);
  });

  (has("groff") ? it : it.skip)("is set by groff without a warning", () => {
    const { status, stdout, stderr } = spawnSync("groff", ["-man", "-Tutf8", "-ww"], {
      input: page,
      encoding: "utf8",
    });
    expect([status, stderr]).toEqual([0, ""]);
    expect(stdout).toContain("source-git");
  });
});

// The documents are true where a program can tell: what is generated is fresh, links lead somewhere, and the contributors'
// guide knows each message that a comment may quote.
import { EventEmitter } from "node:events";
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { describe, expect, it } from "@jest/globals";
import { Command } from "commander";
import { COMMANDS } from "../../src/cli/commands.ts";
import { packageRoot } from "../../src/config/package-root.ts";
import { generatedDocuments } from "../documents/generated.ts";

const root = packageRoot();
const read = (name: string) => readFileSync(join(root, name), "utf8");
const markdown = [".", "docs", "docs/adr", "deploy"].flatMap((folder) =>
  readdirSync(join(root, folder))
    .filter((name) => name.endsWith(".md"))
    .map((name) => (folder === "." ? name : `${folder}/${name}`)),
);

it.each([...generatedDocuments().keys()])("%s is fresh: `npm run docs` changes nothing", (name) => {
  expect(existsSync(join(root, name)) ? read(name) : "").toBe(generatedDocuments().get(name));
});

describe("links", () => {
  const anchorsOf = (text: string) =>
    new Set(
      [...text.matchAll(/^#+ (.+)$/gm)].map(([, title = ""]) =>
        title
          .toLowerCase()
          .replace(/[^\p{L}\p{N} _-]/gu, "")
          .replaceAll(" ", "-"),
      ),
    );

  it.each(markdown)("of %s lead to files and headings that exist", (name) => {
    const broken = [...read(name).matchAll(/\]\(([^)\s]+)\)/g)]
      .map(([, target = ""]) => target)
      .filter((target) => !/^[a-z]+:/.test(target))
      .filter((target) => {
        const [path = "", anchor] = target.split("#");
        const file = path === "" ? name : join(dirname(name), path);
        if (!existsSync(join(root, file))) return true;
        return anchor !== undefined && !anchorsOf(read(file)).has(anchor);
      });
    expect(broken).toEqual([]);
  });
});

describe("the contributors' guide", () => {
  /** What only commands say, at somebody's desk or in an admin's terminal. */
  const NOT_IN_COMMENTS =
    /^src\/(?:engine\/(?:init\/|sync-facts)|git\/(?:change-work-tree|filters-off|local-changes|open-work-tree|swap-files|user-identity|validate)|sync\/backsync\/)/;
  const sources = ["src/engine", "src/git", "src/sync"].flatMap((folder) =>
    readdirSync(join(root, folder), { recursive: true, encoding: "utf8" })
      .filter((name) => name.endsWith(".ts"))
      .map((name) => `${folder}/${name}`),
  );

  it("explains each message of a person's mistake, and no other", () => {
    const call = /userError\(\s*(?:"[a-z-]+"|[\w.]+),\s*(`(?:[^`\\]|\\.)*`|"(?:[^"\\]|\\.)*")/g;
    const said = new Set(
      sources
        .filter((name) => !NOT_IN_COMMENTS.test(name))
        .flatMap((name) => [...read(name).matchAll(call)])
        .map(([, text = ""]) => text.slice(1, -1).replace(/\$\{(?:[^{}]|\{[^{}]*\})*\}/g, "…")),
    );
    expect(said.size).toBeGreaterThan(30);
    const section = read("docs/contributors.md").split("## When something is wrong")[1] ?? "";
    const rows = [...section.matchAll(/^\| (.+?) \| .+ \|$/gm)].map(([, message = ""]) => message);
    const explained = new Set(rows.filter((message) => message !== "message" && message !== "---"));
    const stale = [...explained].filter((message) => !said.has(message));
    const unexplained = [...said].filter((message) => !explained.has(message));
    expect({ stale, unexplained }).toEqual({ stale: [], unexplained: [] });
  });
});

describe("commands in documents", () => {
  const guides = markdown.filter((name) => !name.startsWith("docs/adr/") && name !== "CHANGELOG.md");
  /** Each `tandem …` in a block of shell commands or in the text, by where it stands. */
  const commands = guides.flatMap((name) => {
    const text = read(name);
    const blocks = [...text.matchAll(/^ *```sh\n([\s\S]*?)^ *```/gm)].flatMap(([, block = ""]) =>
      block.replace(/ *\\\n\s*/g, " ").split("\n"),
    );
    const spans = [...text.matchAll(/`([^`\n]+)`/g)].map(([, span = ""]) => span);
    return [...blocks, ...spans].flatMap((line) => {
      const [, command] = /^(?:\s*(?:[A-Z_]+=\S+ )*(?:npx )?)tandem ((?:[a-z]|--)[^#|)]*)/.exec(line) ?? [];
      return command === undefined ? [] : [{ name, command: command.trim() }];
    });
  });

  it("are found", () => {
    expect(commands.length).toBeGreaterThan(40);
  });

  it.each(commands)("$name: tandem $command", async ({ command }) => {
    const args = command
      .replace(/<[^>]*>/g, "https://gitlab.com/group/src/acl/-/merge_requests/5")
      .match(/"[^"]*"|\S+/g)
      ?.map((word) => word.replaceAll('"', ""));
    expect(await wouldRun(args ?? [])).toBe(true);
  });

  /** Whether the command line understands these arguments. A group's name alone stands for its commands. */
  async function wouldRun(args: readonly string[]): Promise<boolean> {
    const ran = new Error("it would run");
    const context = { ...NOWHERE, stdout: () => {}, stderr: () => {}, setExitCode: () => {} };
    const program = new Command("tandem").exitOverride().configureOutput({ writeErr: () => {} });
    for (const add of COMMANDS) add(program, context);
    program.hook("preAction", () => {
      throw ran;
    });
    const named = args.reduce<Command | undefined>(
      (at, word) => at?.commands.find((each) => each.name() === word),
      program,
    );
    if (named && (named.commands.length > 0 || named.registeredArguments.length > 0)) return true;
    return program.parseAsync([...args], { from: "user" }).then(
      () => false,
      (thrown: unknown) => thrown === ran,
    );
  }
});

describe("shell commands in documents", () => {
  /** The suite that runs each line below a heading as it stands. */
  const RUN: Readonly<Record<string, string>> = {
    "README.md: Try it": "test/e2e/tour.test.ts",
    "README.md: At your desk": "test/integration/cli/documents.test.ts",
    "docs/admins.md: Serve a group": "test/e2e/from-nothing.test.ts",
    "docs/admins.md: Add a package": "test/e2e/from-nothing.test.ts",
  };
  /** The suite that proves the same as the lines below a heading, which need what tests have not: a GitLab, an engine, a cluster. */
  const PROVEN: Readonly<Record<string, string>> = {
    "README.md: Five minutes to a real GitLab": "test/integration/admin/webhooks.test.ts",
    "CONTRIBUTING.md: Contributing": "package.json",
    "deploy/README.md: The image": "test/deploy/image.test.ts",
    "deploy/README.md: One host": "test/deploy/compose.test.ts",
    "deploy/README.md: A cluster": "test/deploy/kubernetes.test.ts",
  };
  const places = ["README.md", "CONTRIBUTING.md", ...markdown.filter((name) => /^(?:docs|deploy)\/[^/]+$/.test(name))]
    .flatMap((name) =>
      read(name)
        .split(/^#+ /m)
        .filter((section) => /^ *```sh\n/m.test(section))
        .map((section) => `${name}: ${section.split("\n")[0]}`),
    )
    .toSorted();

  it("are run by a suite, or stand for what one proves", () => {
    expect(places).toEqual([...Object.keys(RUN), ...Object.keys(PROVEN)].toSorted());
    for (const suite of [...Object.values(RUN), ...Object.values(PROVEN)])
      expect(existsSync(join(root, suite))).toBe(true);
  });

  it("of npm are scripts of package.json", () => {
    const { scripts } = JSON.parse(read("package.json")) as { readonly scripts: Readonly<Record<string, string>> };
    const named = markdown.flatMap((name) =>
      [...read(name).matchAll(/npm run ([a-z0-9:]+)/g)].map(([, script = ""]) => script),
    );
    expect(named.length).toBeGreaterThan(10);
    expect(named.filter((script) => scripts[script] === undefined)).toEqual([]);
  });
});

const NOWHERE = {
  env: {},
  cwd: "/",
  terminal: false,
  stdin: async () => Buffer.alloc(0),
  signals: new EventEmitter(),
};

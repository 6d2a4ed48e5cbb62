// The documents are true where a program can tell: what is generated is fresh, links lead somewhere, and the contributors'
// guide knows each message that a comment may quote.
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { describe, expect, it } from "@jest/globals";
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

// deploy/Containerfile and .dockerignore: no image can be built in a test, but what they say can be held against the rest.
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "@jest/globals";
import { PLAIN_VARIABLES } from "../../src/config/env.ts";

const root = join(import.meta.dirname, "../..");
const read = (path: string): string => readFileSync(join(root, path), "utf8");
const manifest = JSON.parse(read("package.json")) as {
  version: string;
  license: string;
  description: string;
  scripts: object;
};

/** Instructions with their arguments; continued lines are joined, comments left out. */
const instructions = read("deploy/Containerfile")
  .replace(/^\s*#.*\n/gm, "")
  .replace(/\\\n/g, "")
  .split("\n")
  .filter((line) => line.trim() !== "")
  .map((line) => {
    const [, name = "", rest = ""] = /^([A-Z]+) +(.*)$/.exec(line) ?? [];
    return { name, rest };
  });
const all = (wanted: string): readonly string[] =>
  instructions.filter(({ name }) => name === wanted).map(({ rest }) => rest);
const last = instructions.slice(instructions.findLastIndex(({ name }) => name === "FROM"));
const inLast = (wanted: string): readonly string[] =>
  last.filter(({ name }) => name === wanted).map(({ rest }) => rest);

describe("the Containerfile", () => {
  it("builds every stage on the one base image, which a digest can pin", () => {
    const bases = new Set(all("FROM").map((from) => from.split(" AS ")[0]));
    expect([...bases]).toEqual([`\${NODE_IMAGE}\${NODE_DIGEST:+@\${NODE_DIGEST}}`]);
    expect(all("ARG")).toContain("NODE_DIGEST=");
  });

  it("runs no install script, and takes no development dependency along", () => {
    const installs = all("RUN").filter((run) => run.includes("npm install"));
    expect(installs).toHaveLength(2);
    for (const install of installs) expect(install).toContain("--ignore-scripts");
    expect(inLast("COPY").filter((copy) => copy.includes("node_modules"))).toEqual([
      "--from=dependencies /build/node_modules node_modules",
    ]);
    expect(installs.filter((install) => install.includes("--omit=dev"))).toHaveLength(1);
  });

  it("runs as a user that is a number and not root, with an init, a health check and a signal to end", () => {
    expect(inLast("USER")).toEqual(["10001:0"]);
    expect(inLast("ENTRYPOINT")).toEqual(['["tini", "--", "node", "/opt/tandem/dist/src/cli/main.js"]']);
    expect(inLast("STOPSIGNAL")).toEqual(["SIGTERM"]);
    expect(inLast("HEALTHCHECK")[0]).toContain("/api/healthz");
    for (const program of ["git", "tini", "ca-certificates"]) expect(inLast("RUN")[0]).toContain(` ${program} `);
  });

  it("sets variables that Tandem knows, and no secret", () => {
    const names = [
      ...inLast("ENV")
        .join(" ")
        .matchAll(/(\w+)=/g),
    ].map(([, name]) => name);
    expect(names.filter((name) => !PLAIN_VARIABLES.some((known) => known === name))).toEqual(["NODE_ENV"]);
  });

  it("says what it is", () => {
    const labels = inLast("LABEL").join(" ");
    expect(labels).toContain(`licenses="${manifest.license}"`);
    expect(labels).toContain(`description="${manifest.description}"`);
    expect(all("ARG")).toContain(`VERSION=${manifest.version}`);
  });
});

it(".dockerignore lets into a build what the Containerfile copies, and nothing else", () => {
  const copied = all("COPY")
    .filter((copy) => !copy.startsWith("--from"))
    .flatMap((copy) => copy.split(" ").slice(0, -1));
  const [first, ...allowed] = read(".dockerignore")
    .split("\n")
    .filter((line) => line !== "" && !line.startsWith("#"));
  expect(first).toBe("*");
  expect(allowed.toSorted()).toEqual([...new Set(copied)].toSorted().map((path) => `!${path}`));
});

// The dependency rules of .dependency-cruiser.cjs hold, and each of them was seen to fire.
import { spawnSync } from "node:child_process";
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { afterAll, describe, expect, it } from "@jest/globals";

const root = join(import.meta.dirname, "../..");
const depcruise = join(root, "node_modules/dependency-cruiser/bin/dependency-cruise.mjs");

interface Report {
  readonly summary: {
    readonly totalCruised: number;
    readonly violations: readonly {
      readonly from: string;
      readonly to: string;
      readonly rule: { readonly name: string };
    }[];
  };
}

function cruise(directory: string): Report["summary"] {
  const config = join(root, ".dependency-cruiser.cjs");
  const run = spawnSync(process.execPath, [depcruise, "--config", config, "--output-type", "json", "src", "workers"], {
    cwd: directory,
    encoding: "utf8",
    maxBuffer: 64 * 1024 * 1024,
  });
  if (!run.stdout.startsWith("{")) throw new Error(`dependency-cruiser failed: ${run.stderr}`);
  return (JSON.parse(run.stdout) as Report).summary;
}

const sources = (folder: string) =>
  readdirSync(join(root, folder), { recursive: true, encoding: "utf8" }).filter((name) => name.endsWith(".ts"));

const trial = mkdtempSync(join(tmpdir(), "tandem-architecture-"));
afterAll(() => rmSync(trial, { recursive: true, force: true }));

describe("the dependency rules", () => {
  it("hold for every module", () => {
    const { totalCruised, violations } = cruise(root);
    const modules = sources("src").length + sources("workers").length;
    expect(modules).toBeGreaterThan(80);
    // A parser that does not understand TypeScript sees no modules and reports success.
    expect(totalCruised).toBeGreaterThanOrEqual(modules);
    expect(violations.map(({ from, to, rule }) => `${rule.name}: ${from} → ${to}`)).toEqual([]);
  });

  it.each([
    ["model", "src/model/a.ts", "src/git/b.ts"],
    ["git", "src/git/a.ts", "src/forge/b.ts"],
    ["forge", "src/forge/a.ts", "src/telemetry/b.ts"],
    ["queue", "src/queue/a.ts", "src/jobs/b.ts"],
    ["config", "src/config/a.ts", "src/engine/b.ts"],
    ["telemetry", "src/telemetry/a.ts", "src/config/b.ts"],
    ["engine", "src/engine/a.ts", "src/forge/b.ts"],
    ["events", "src/events/a.ts", "src/jobs/b.ts"],
    ["jobs", "src/jobs/a.ts", "src/queue/b.ts"],
    ["sync", "src/sync/a.ts", "src/queue/b.ts"],
    ["sync", "src/sync/a.ts", "src/forge/gitlab/b.ts"],
    ["admin", "src/admin/a.ts", "src/forge/gitlab/b.ts"],
    ["admin", "src/admin/a.ts", "src/sync/b.ts"],
    ["workers", "workers/a.ts", "src/api/b.ts"],
    ["api", "src/api/a.ts", "src/sync/b.ts"],
    ["api-reaches-no-forge", "src/api/a.ts", "src/forge/b.ts"],
    ["nobody-imports-cli", "workers/a.ts", "src/cli/b.ts"],
    ["product-without-tests", "src/git/a.ts", "test/b.ts"],
    ["no-cycles", "src/git/a.ts", "src/git/a.ts"],
    ["pure-zones", "src/events/a.ts", "node:fs"],
    ["door-express", "src/cli/a.ts", "express"],
    ["door-bullmq", "src/sync/a.ts", "bullmq"],
    ["door-ioredis", "src/cli/a.ts", "ioredis"],
    ["door-bull-board", "workers/a.ts", "@bull-board/express"],
    ["door-pg-electric-sql", "workers/a.ts", "pg"],
    ["door-simple-git", "src/engine/a.ts", "simple-git"],
    ["door-gitbeaker", "workers/a.ts", "@gitbeaker/rest"],
    ["door-octokit-rest", "src/api/a.ts", "@octokit/rest"],
    ["door-octokit-webhooks", "src/forge/github/a.ts", "@octokit/webhooks"],
    ["door-commander", "src/api/a.ts", "commander"],
    ["door-pino", "workers/a.ts", "pino"],
    ["door-prom-client", "src/api/a.ts", "prom-client"],
  ])("%s fires when %s imports %s", (rule, from, to) => {
    for (const folder of ["src", "workers", "test"]) rmSync(join(trial, folder), { recursive: true, force: true });
    for (const folder of ["src", "workers"]) mkdirSync(join(trial, folder), { recursive: true });
    const write = (path: string, text: string) => {
      mkdirSync(join(trial, dirname(path)), { recursive: true });
      writeFileSync(join(trial, path), text);
    };
    rmSync(join(trial, "node_modules"), { force: true });
    symlinkSync(join(root, "node_modules"), join(trial, "node_modules"));
    const isFile = to.endsWith(".ts");
    if (isFile) write(to, "export const b = 1;\n");
    const target = isFile ? `${"../".repeat(from.split("/").length - 1)}${to}` : to;
    write(from, `import * as b from "${target}";\nexport const a = b;\n`);
    expect(cruise(trial).violations.map((violation) => violation.rule.name)).toContain(rule);
  });
});

describe("the environment", () => {
  it("is read in one file only", () => {
    const readers = ["src", "workers"].flatMap((folder) =>
      sources(folder)
        .map((name) => join(folder, name))
        .filter((path) => /\bprocess\.env\b/.test(readFileSync(join(root, path), "utf8"))),
    );
    expect(readers).toEqual(["src/config/env.ts"]);
  });
});

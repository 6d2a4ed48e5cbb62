// The package as somebody gets it: what is in it, and that it runs without development dependencies, from a directory that it
// cannot write to, as a user that nobody knows.
import { spawn, spawnSync } from "node:child_process";
import { chmodSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "@jest/globals";
import { type Packed, PRESERVE, packTandem } from "../support/deploy/packed.ts";
import { eventually } from "../support/eventually.ts";
import { freePort } from "../support/free-port.ts";

const root = join(import.meta.dirname, "../..");
const START_MS = 120_000;
/** A user as OpenShift makes them: in group 0, and not in the list of users. */
const ANYBODY = { uid: 1_000_690_000, gid: 0 };

let packed: Packed;
let main: string;
beforeAll(() => {
  packed = packTandem();
  main = join(packed.home, "dist/src/cli/main.js");
});
afterAll(() => rmSync(packed.directory, { recursive: true, force: true }));

const tandem = (...args: readonly string[]) =>
  spawnSync(process.execPath, [main, ...args], {
    encoding: "utf8",
    cwd: packed.directory,
    env: { PATH: process.env.PATH, ...PRESERVE },
  });

describe("the package", () => {
  it("holds the build, configuration, licence and manual, and nothing else", () => {
    const rest = packed.files.filter((path) => !/^dist\/(?:src|workers)\/[a-z0-9/.-]+\.(?:js|css)$/.test(path));
    expect(rest.toSorted()).toEqual([
      "LICENSE",
      "README.md",
      "config/default.yaml",
      "config/development.yaml",
      "config/production.yaml",
      "config/staging.yaml",
      "dist/man/tandem.1",
      "package.json",
    ]);
    expect(packed.files.length).toBeGreaterThan(300);
  });

  it("names no directory of the machine that made it", () => {
    for (const path of packed.files)
      expect([path, readFileSync(join(packed.home, path), "utf8").includes(root)]).toEqual([path, false]);
  });

  it("has a command that a shell can start, a manual page, and nothing to import", () => {
    const manifest = JSON.parse(readFileSync(join(packed.home, "package.json"), "utf8")) as Record<string, unknown>;
    expect(manifest.bin).toEqual({ tandem: "dist/src/cli/main.js" });
    expect(readFileSync(main, "utf8")).toMatch(/^#!\/usr\/bin\/env node\n/);
    expect(manifest.man).toEqual(["dist/man/tandem.1"]);
    expect(manifest.exports).toEqual({ "./package.json": "./package.json" });
    expect(manifest.private).toBe(true);
  });
});

describe("without development dependencies", () => {
  it("helps", () => {
    expect(tandem("--help")).toMatchObject({ status: 0, stdout: expect.stringContaining("Usage: tandem"), stderr: "" });
  });

  it("checks the configuration that came with it", () => {
    const { status, stdout } = tandem("config", "check", "--env", "staging");
    expect([status, stdout]).toEqual([0, expect.stringContaining("packit-service/rpms/{package}")]);
  });

  it(
    "serves",
    async () => {
      const port = await freePort();
      const directory = mkdtempSync(join(tmpdir(), "tandem-var-"));
      chmodSync(directory, 0o777);
      const child = spawn(process.execPath, [main, "start"], {
        cwd: directory,
        stdio: ["ignore", "ignore", "pipe"],
        ...(mayBecome(ANYBODY) ? ANYBODY : {}),
        env: {
          PATH: process.env.PATH,
          ...PRESERVE,
          PORT: String(port),
          // Nobody is there: GitLab that is away makes nobody unready.
          GITLAB_URL: `http://127.0.0.1:${await freePort()}`,
          GITLAB_TOKEN: "glpat-invented",
          GITLAB_WEBHOOK_SECRET: "invented",
        },
      });
      let log = "";
      child.stderr.on("data", (chunk: Buffer) => {
        log += chunk.toString();
      });
      try {
        const ready = async () => {
          if (child.exitCode !== null) return { status: child.exitCode, log };
          const { status } = await fetch(`http://127.0.0.1:${port}/api/readyz`);
          return status === 200 && { status };
        };
        expect(await eventually(ready, { withinMs: START_MS, what: "readiness" })).toEqual({ status: 200 });
        child.kill("SIGTERM");
        await eventually(() => child.exitCode !== null, { withinMs: START_MS, what: "the end" });
        expect(child.exitCode).toBe(0);
      } finally {
        child.kill("SIGKILL");
        rmSync(directory, { recursive: true, force: true });
      }
    },
    START_MS,
  );
});

/** Whether this test may run the package as another user: root may, where others may read what it was made of. */
function mayBecome(user: { readonly uid: number; readonly gid: number }): boolean {
  if (process.getuid?.() !== 0) return false;
  const { status } = spawnSync("test", ["-r", join(root, "node_modules/commander/package.json")], {
    ...user,
    gid: 65_534,
  });
  return status === 0;
}

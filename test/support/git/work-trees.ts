// A source-git and a dist-git work tree as a developer has them, and the command line run on them in this process.
//
//   const desk = await createDesk();
//   await desk.commit("src", "Change a", { "a.txt": "changed\n" });
//   const { code, stdout } = await desk.tandem(["source-git", "update-dist-git", "-m", "Update", "src", "rpms/hello"]);
//
// Source-git is `src` on branch `main`, dist-git `rpms/hello` on branch `c9s`; every desk has its own empty home.
import { EventEmitter } from "node:events";
import {
  chmodSync,
  lstatSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  readlinkSync,
  writeFileSync,
} from "node:fs";
import { dirname, join } from "node:path";
import { runCli } from "../../../src/cli/run-cli.ts";
import { addSourceGit } from "../../../src/cli/source-git/source-git.ts";
import type { Environment } from "../../../src/config/env.ts";
import { createTestPair, type TestPairOptions } from "./test-pair.ts";
import { gitBytes } from "./test-repository.ts";

/** What a run of the command line gave. */
export interface DeskRun {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
}

/** Both work trees and what acts on them. Paths are relative to the desk. */
export interface Desk {
  readonly directory: string;
  readonly environment: Environment;
  /** Emits SIGINT and SIGTERM to a running command. */
  readonly signals: EventEmitter;
  path(...parts: readonly string[]): string;
  /** Writes a file, with the directories above it. */
  write(path: string, content: string | Uint8Array): void;
  /** Runs git in a work tree of the desk. */
  git(tree: string, ...args: readonly string[]): Promise<string>;
  /** Writes files and commits them with all that is staged. Returns the commit. */
  commit(tree: string, message: string, files: Readonly<Record<string, string | Uint8Array>>): Promise<string>;
  /** Runs the command line here. */
  tandem(args: readonly string[], more?: { readonly env?: Environment; readonly stdin?: string }): Promise<DeskRun>;
  /** Everything that matters about a work tree: HEAD, refs, index, files with modes and contents. */
  state(tree: string): Promise<unknown>;
}

const SOURCE = "src";
const DIST = "rpms/hello";
const IDENTITY = "[user]\n\tname = Uma User\n\temail = uma@example.com\n";

/** Creates a desk below a directory. */
export async function createDesk(root: string, options: Omit<TestPairOptions, "directory"> = {}): Promise<Desk> {
  const directory = mkdtempSync(join(root, "desk-"));
  const pair = await createTestPair({ ...options, directory: join(directory, "remotes") });
  const environment: Environment = { PATH: process.env.PATH, HOME: join(directory, "home"), TZ: "UTC" };
  mkdirSync(join(directory, "home"));
  writeFileSync(join(directory, "home", ".gitconfig"), IDENTITY);
  const signals = new EventEmitter();
  const path = (...parts: readonly string[]) => join(directory, ...parts);
  const git = async (tree: string, ...args: readonly string[]) =>
    (await gitBytes(["-c", "user.name=Ada Dev", "-c", "user.email=ada@example.com", ...args], path(tree))).toString();
  const write = (file: string, content: string | Uint8Array) => {
    mkdirSync(dirname(path(file)), { recursive: true });
    writeFileSync(path(file), content);
  };
  await git(".", "clone", "-q", "-b", "main", pair.source.directory, path(SOURCE));
  mkdirSync(path("rpms"));
  await git(".", "clone", "-q", "-b", "c9s", pair.dist.directory, path(DIST));
  return {
    directory,
    environment,
    signals,
    path,
    write,
    git,
    async commit(tree, message, files) {
      for (const [file, content] of Object.entries(files)) write(join(tree, file), content);
      const paths = Object.keys(files);
      if (paths.length > 0) await git(tree, "add", "-f", "--", ...paths);
      await git(tree, "commit", "-q", "--allow-empty", "-m", message);
      return (await git(tree, "rev-parse", "HEAD")).trim();
    },
    async tandem(args, { env = {}, stdin = "" } = {}) {
      let stdout = "";
      let stderr = "";
      const code = await runCli({
        args,
        version: "0.0.0",
        commands: [addSourceGit],
        env: { ...environment, ...env },
        cwd: directory,
        stdout: (text) => {
          stdout += text;
        },
        stderr: (text) => {
          stderr += text;
        },
        terminal: false,
        stdin: () => Promise.resolve(Buffer.from(stdin)),
        signals,
      });
      return { code, stdout, stderr };
    },
    async state(tree) {
      return {
        head: readFileSync(path(tree, ".git", "HEAD"), "utf8"),
        refs: await git(tree, "for-each-ref"),
        index: await git(tree, "ls-files", "-s"),
        files: filesBelow(path(tree)),
        locks: readdirSync(path(tree, ".git")).filter((name) => /lock$|^\.tandem|\.tandem$/.test(name)),
      };
    },
  };
}

/** Writes a shell script that can be run. */
export function writeProgram(file: string, script: string): void {
  mkdirSync(dirname(file), { recursive: true });
  writeFileSync(file, `#!/bin/sh\n${script}\n`);
  chmodSync(file, 0o755);
}

function filesBelow(root: string): Record<string, string> {
  const found: Record<string, string> = {};
  const visit = (relative: string) => {
    for (const entry of readdirSync(join(root, relative), { withFileTypes: true })) {
      const path = join(relative, entry.name);
      if (path === ".git") continue;
      if (entry.isDirectory()) visit(path);
      else if (entry.isSymbolicLink()) found[path] = `-> ${readlinkSync(join(root, path))}`;
      else found[path] = `${lstatSync(join(root, path)).mode.toString(8)} ${readFileSync(join(root, path), "latin1")}`;
    }
  };
  visit("");
  return found;
}

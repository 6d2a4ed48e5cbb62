// The shell commands of the documents, run as a reader runs them: in bash, with `tandem` and `npx tandem` being the build.
import { spawn } from "node:child_process";
import { chmodSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";

const ROOT = join(import.meta.dirname, "../..");
const MAIN = join(ROOT, "dist/src/cli/main.js");

/** The blocks of shell commands below a heading of a document, up to the next heading of any level. */
export function commandsBelow(document: string, heading: string): readonly string[] {
  const text = readFileSync(join(ROOT, document), "utf8");
  const section = text.split(/^#+ /m).find((part) => part.startsWith(`${heading}\n`));
  if (section === undefined) throw new Error(`${document} has no heading '${heading}'`);
  return [...section.matchAll(/^ *```sh\n([\s\S]*?)^ *```/gm)].map(([, block = ""]) => block);
}

/** How a command ended. */
export interface ShellRun {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

/** Runs shell commands in a directory; the first one that fails ends them. */
export function runInShell(
  script: string,
  { cwd, env }: { readonly cwd: string; readonly env: Readonly<Record<string, string>> },
): Promise<ShellRun> {
  const bin = join(cwd, ".bin");
  mkdirSync(bin, { recursive: true });
  const write = (name: string, shift: string) => {
    writeFileSync(join(bin, name), `#!/bin/sh\n${shift}exec "${process.execPath}" "${MAIN}" "$@"\n`);
    chmodSync(join(bin, name), 0o755);
  };
  write("tandem", "");
  write("npx", '[ "$1" = tandem ] || exit 127\nshift\n');
  return new Promise((resolve, reject) => {
    const child = spawn("bash", ["-euc", script], {
      cwd,
      env: { PATH: `${bin}:${process.env.PATH}`, HOME: cwd, ...env },
      stdio: ["ignore", "pipe", "pipe"],
    });
    const said = { stdout: "", stderr: "" };
    for (const name of ["stdout", "stderr"] as const)
      child[name].on("data", (chunk) => {
        said[name] += String(chunk);
      });
    child.once("error", reject);
    child.once("close", (code) => resolve({ code, ...said }));
  });
}

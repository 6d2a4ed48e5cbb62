// Tandem as its package holds it, with its production dependencies and nothing else to fall back on.
import { spawnSync } from "node:child_process";
import { chmodSync, cpSync, existsSync, mkdirSync, mkdtempSync, readFileSync, symlinkSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";

const root = join(import.meta.dirname, "../../..");

/** A package that was packed and unpacked. */
export interface Packed {
  /** Holds it all; the caller removes it. */
  readonly directory: string;
  /** Where the package is. */
  readonly home: string;
  /** Paths in the package. */
  readonly files: readonly string[];
}

/** Packs what `npm run build` made, unpacks it, and gives it its production dependencies. Asks no registry. */
export function packTandem(): Packed {
  const directory = mkdtempSync(join(tmpdir(), "tandem-package-"));
  // Others than its owner may run it.
  chmodSync(directory, 0o755);
  const source = join(directory, "source");
  // Without the rest of dist, so that the package's own list of files is tried on what a release has beside it.
  for (const part of ["package.json", "LICENSE", "README.md", "config", "dist/src", "dist/workers", "dist/test"])
    if (existsSync(join(root, part))) cpSync(join(root, part), join(source, part), { recursive: true });
  linkProduction(source);
  npm(source, "run", "-s", "man");
  const [{ filename, files }] = JSON.parse(
    npm(source, "pack", "--ignore-scripts", "--json", "--pack-destination", directory),
  ) as [{ filename: string; files: readonly { path: string }[] }];
  const { status, stderr } = spawnSync("tar", ["-xzf", join(directory, filename), "-C", directory], {
    encoding: "utf8",
  });
  if (status !== 0) throw new Error(`tar: ${stderr}`);
  const home = join(directory, "package");
  linkProduction(home);
  return { directory, home, files: files.map(({ path }) => path) };
}

/** What a process needs, so that a dependency finds its own where it is linked, and not beside the development ones. */
export const PRESERVE = { NODE_OPTIONS: "--preserve-symlinks --preserve-symlinks-main" };

/** Links what the lock file lists for production; their own node_modules come with them. */
function linkProduction(home: string): void {
  const { packages } = JSON.parse(readFileSync(join(root, "package-lock.json"), "utf8")) as {
    packages: Readonly<Record<string, { readonly dev?: boolean; readonly devOptional?: boolean }>>;
  };
  for (const [path, { dev, devOptional }] of Object.entries(packages)) {
    if (dev || devOptional || !/^node_modules\/(?:@[^/]+\/)?[^/]+$/.test(path) || !existsSync(join(root, path)))
      continue;
    mkdirSync(dirname(join(home, path)), { recursive: true });
    symlinkSync(join(root, path), join(home, path));
  }
}

function npm(cwd: string, ...args: readonly string[]): string {
  const { status, stdout, stderr } = spawnSync("npm", ["--offline", ...args], { cwd, encoding: "utf8" });
  if (status !== 0) throw new Error(`npm ${args.join(" ")}: ${stderr}`);
  return stdout;
}

// Tandem's version, from its package.json.
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { packageRoot } from "../config/package-root.ts";

/** The version, e.g. `0.1.0`. */
export function readVersion(): string {
  const text = readFileSync(join(packageRoot(), "package.json"), "utf8");
  // Our own file; a schema would cost every command the time to load one.
  const { version } = JSON.parse(text) as { readonly version: string };
  return version;
}

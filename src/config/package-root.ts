// Where Tandem is installed: from sources (src/config) and from the build (dist/src/config) alike.
import { existsSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { TandemError } from "../model/errors.ts";

/** The directory that holds Tandem's package.json and config/. */
export function packageRoot(): string {
  for (let dir = dirname(fileURLToPath(import.meta.url)); ; dir = dirname(dir)) {
    if (existsSync(join(dir, "package.json")) && existsSync(join(dir, "config", "default.yaml"))) return dir;
    if (dir === dirname(dir)) break;
  }
  throw new TandemError("environment", "The directory of Tandem's package.json and config/default.yaml was not found", {
    code: "package-incomplete",
    fix: "Install Tandem again, with its config directory.",
  });
}

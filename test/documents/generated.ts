// The documents that are made from code, by their path from the root.
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { parse } from "yaml";
import { packageRoot } from "../../src/config/package-root.ts";
import { configJsonSchema } from "../../src/config/schema.ts";
import { configurationReference } from "./configuration-reference.ts";

/** Each document with its text. */
export function generatedDocuments(): ReadonlyMap<string, string> {
  const defaults: unknown = parse(readFileSync(join(packageRoot(), "config", "default.yaml"), "utf8"));
  return new Map([["docs/configuration.md", configurationReference(configJsonSchema(), defaults)]]);
}

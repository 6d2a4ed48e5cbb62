// Metadata as YAML at the end of a commit message: the old way, which counts where no commit of the range has packaging
// trailers (engine.md 2.13).
import { isMap, isScalar, type YAMLMap } from "yaml";
import { userError } from "../../model/errors.ts";
import type { Effort } from "../effort.ts";
import { parseYaml } from "../parse-yaml.ts";
import { isTruthy, type YamlScalar } from "../yaml-scalar.ts";
import { NO_METADATA, type PatchMetadata, readPatchId } from "./patch-metadata.ts";

const KEY = /(?:patch_name|description|patch_id|present_in_specfile|ignore|no_prefix|squash_commits)['"]?\s*:/;
/** Longer messages, and more tries than these, are no metadata. */
const MAX_LENGTH = 8192;
const MAX_TRIES = 40;

/**
 * Reads the metadata of a commit message: the first end of it, from some line on, that is a YAML mapping. Undefined
 * when there is none with a known key. The characters that are tried are counted. Throws kind `user`, code `trailer-invalid` for a value that cannot be used.
 */
export function readLegacyMetadata(message: string, where: string, effort: Effort): PatchMetadata | undefined {
  const map = KEY.test(message) ? findMapping(message, effort) : undefined;
  return map && readMapping(map, where);
}

/** Whether the end of a message is a YAML mapping, with known keys or not: `fix: x` is one. */
export function hasMapping(message: string, effort: Effort): boolean {
  return findMapping(message, effort) !== undefined;
}

function findMapping(message: string, effort: Effort): YAMLMap | undefined {
  if (message.length > MAX_LENGTH) return undefined;
  const lines = message.split("\n");
  // A mapping begins with a key, so other first lines need no try.
  const starts = lines.flatMap((line, index) => (line.includes(":") ? [index] : [])).slice(0, MAX_TRIES);
  for (const start of starts) {
    const text = lines.slice(start).join("\n");
    effort.spend(text.length);
    const map = parseMapping(text);
    if (map) return map;
  }
  return undefined;
}

function parseMapping(text: string): YAMLMap | undefined {
  const document = parseYaml(text)?.document;
  return document?.errors.length === 0 && isMap(document.contents) ? document.contents : undefined;
}

function readMapping(map: YAMLMap, where: string): PatchMetadata {
  const name = scalarOf(map, "patch_name", where);
  const id = scalarOf(map, "patch_id", where);
  const status = scalarOf(map, "description", where);
  return {
    ...NO_METADATA,
    ...(name ? { name: name.text } : {}),
    ...(id ? { id: readPatchId("patch_id", id, where) } : {}),
    ...(status && status.text !== "" ? { status: status.text.trim() } : {}),
    present: isTruthy(scalarOf(map, "present_in_specfile", where)),
    ignore: isTruthy(scalarOf(map, "ignore", where)),
    noPrefix: isTruthy(scalarOf(map, "no_prefix", where)),
    squash: isTruthy(scalarOf(map, "squash_commits", where)),
  };
}

function scalarOf(map: YAMLMap, key: string, where: string): YamlScalar | null {
  const pairs = map.items.filter((pair) => isScalar(pair.key) && pair.key.value === key);
  const node: unknown = pairs.at(-1)?.value;
  if (node === undefined || node === null) return null;
  if (!isScalar(node)) {
    throw userError("trailer-invalid", `Commit ${where}: the value of ${key} in the message is not a single value.`, {
      fix: `Write '${key}: <value>' on one line, or use the packaging trailers.`,
    });
  }
  const plain = node.type === "PLAIN";
  const text = typeof node.value === "string" ? node.value : "";
  return plain && /^(?:~|null|Null|NULL|)$/.test(text) ? null : { text, plain };
}

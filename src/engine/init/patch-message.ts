// The message of a commit that init makes of a patch: the mail's, and the trailers from which update-dist-git makes the
// same spec again (engine.md 7, D4).
import type { Sha } from "../../model/ids.ts";
import { DIST_TRAILER } from "../../model/pair.ts";
import { commentLines } from "../patches/patch-comment.ts";
import { readPatchTrailers } from "../patches/patch-metadata.ts";
import { asBytes, asText, trimLine } from "../spec/spec-lines.ts";
import { addTrailer, findTrailers, formatTrailer } from "../trailer-block.ts";
import { readScalar } from "../yaml-scalar.ts";

/** What the trailers say. */
export interface PatchFacts {
  readonly name: string;
  /** Number in the spec; undefined for an entry of `%patchlist`. */
  readonly id: number | undefined;
  /** The comment lines above it, as bytes, with their `#`. */
  readonly comment: readonly string[];
  readonly noPrefix: boolean;
  readonly distHead: Sha;
}

/** The message; `comment` is undefined when no trailer can say the comment, so that it is not part of it. */
export function patchMessage(
  message: string,
  facts: PatchFacts,
): { readonly message: string; readonly comment?: string } {
  const comment = commentValue(facts.comment);
  const trailers: readonly (readonly [string, string | undefined])[] = [
    ["Patch-name", nameValue(facts.name)],
    ["No-prefix", facts.noPrefix ? "true" : undefined],
    ["Patch-id", facts.id?.toString()],
    ["Patch-status", comment],
    [DIST_TRAILER, facts.distHead],
  ];
  let result = withoutTrailers(message, [
    ...trailers.map(([token]) => token),
    "Ignore-patch",
    "Patch-present-in-specfile",
  ]);
  for (const [token, value] of trailers) if (value !== undefined) result = addTrailer(result, token, value);
  return comment === undefined ? { message: result } : { message: result, comment };
}

/** What an older conversion wrote about the patch would contradict what is written now. */
function withoutTrailers(message: string, tokens: readonly string[]): string {
  const { start, end, items } = findTrailers(message);
  const kept = items.filter((item) => typeof item === "string" || !tokens.includes(item.token));
  if (kept.length === items.length) return message;
  const lines = kept.map((item) => `${typeof item === "string" ? item : formatTrailer(item)}\n`);
  return `${message.slice(0, start)}${lines.join("")}${message.slice(end)}`.replace(/\n+$/, "\n");
}

function nameValue(name: string): string {
  return readScalar("Patch-name", name)?.text === name ? name : `'${name.replaceAll("'", "''")}'`;
}

/** The value that gives the same comment again; empty text for no comment; undefined when there is no such value. */
function commentValue(lines: readonly string[]): string | undefined {
  if (lines.length === 0) return '""';
  const value = ["|", ...lines.map((line) => `    ${asText(trimLine(line))}`)].join("\n");
  const plain = (line: string) => trimLine(line).replaceAll("%%", "%");
  return sameComment(value, lines.map(plain)) ? value : undefined;
}

function sameComment(value: string, lines: readonly string[]): boolean {
  try {
    const status = readPatchTrailers(`x\n\nPatch-status: ${value}\n`, "")?.status ?? "";
    const again = commentLines(status).map((line) => asBytes(line).replaceAll("%%", "%"));
    return again.length === lines.length && again.every((line, index) => line === lines[index]);
  } catch {
    return false;
  }
}

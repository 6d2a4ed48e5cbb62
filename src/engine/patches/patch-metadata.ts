// What a commit says about its patch: the six trailers (engine.md 2.7).
import { type TandemError, userError } from "../../model/errors.ts";
import { formatTrailer, readTrailers, type Trailer } from "../trailer-block.ts";
import { isText, isTruthy, readScalar, type YamlScalar } from "../yaml-scalar.ts";

/** Metadata of one commit; what is undefined was not said. */
export interface PatchMetadata {
  /** Patch file name and spec value. Not checked yet, see `check-patch-name.ts`. */
  readonly name?: string;
  /** Number of the Patch tag. */
  readonly id?: number;
  /** Comment above the Patch tag; empty: no comment. */
  readonly status?: string;
  /** The spec has the Patch line already. */
  readonly present: boolean;
  readonly ignore: boolean;
  readonly noPrefix: boolean;
  /** Old way of squashing. */
  readonly squash: boolean;
}

/** Metadata of a commit that says nothing. */
export const NO_METADATA: PatchMetadata = { present: false, ignore: false, noPrefix: false, squash: false };

const TOKENS = [
  "Patch-name",
  "Patch-id",
  "Patch-status",
  "Patch-present-in-specfile",
  "Ignore-patch",
  "No-prefix",
] as const;
type Token = (typeof TOKENS)[number];

/** Largest number that rpm takes. */
const MAX_ID = 2_147_483_647;

/**
 * Reads the trailers of a commit message; undefined when none of them is known. `where` names the commit in errors.
 * Throws kind `user`, code `trailer-invalid`.
 */
export function readPatchTrailers(message: string, where: string): PatchMetadata | undefined {
  const known = readTrailers(message).flatMap((trailer) => knownTrailer(trailer));
  if (known.length === 0) return undefined;
  let metadata = NO_METADATA;
  for (const { token, value } of known) {
    const scalar = readScalar(token, value);
    if (scalar === undefined) throw trailerError(where, token, value, "is not a single YAML value", quoteAdvice(token));
    metadata = { ...metadata, ...readValue(token, scalar, where) };
  }
  return metadata;
}

/** The trailers as git prints them, one below the other. */
export function trailerText(message: string): string {
  return readTrailers(message).map(formatTrailer).join("\n");
}

function knownTrailer({ token, value }: Trailer): { readonly token: Token; readonly value: string }[] {
  const known = TOKENS.find((name) => name === token);
  // A token without a value does not count. Continuation lines are those that begin with a blank; others are dropped.
  if (!known || value === "") return [];
  const [first, ...more] = value.split("\n");
  return [{ token: known, value: [first, ...more.filter((line) => line.startsWith(" "))].join("\n") }];
}

function readValue(token: Token, scalar: YamlScalar | null, where: string): Partial<PatchMetadata> {
  switch (token) {
    case "Patch-name":
      return scalar === null ? {} : { name: scalar.text };
    case "Patch-id":
      return scalar === null ? {} : { id: readPatchId(token, scalar, where) };
    case "Patch-status":
      return scalar === null ? {} : { status: readStatus(scalar, where) };
    case "Patch-present-in-specfile":
      return { present: isTruthy(scalar) };
    case "Ignore-patch":
      return { ignore: isTruthy(scalar) };
    case "No-prefix":
      return { noPrefix: isTruthy(scalar) };
  }
}

/** A patch number: decimal digits, leading zeros allowed. Throws kind `user`, code `trailer-invalid`. */
export function readPatchId(token: string, scalar: YamlScalar, where: string): number {
  const number = scalar.plain && /^\d+$/.test(scalar.text) ? Number(scalar.text) : Number.NaN;
  if (number <= MAX_ID) return number;
  throw trailerError(
    where,
    token,
    scalar.text,
    "is not a decimal number",
    "Write decimal digits only, e.g. 'Patch-id: 12'.",
  );
}

function readStatus(scalar: YamlScalar, where: string): string {
  if (isText(scalar)) return scalar.text.trim();
  throw trailerError(where, "Patch-status", scalar.text, "is not a text", quoteAdvice("Patch-status"));
}

function quoteAdvice(token: string): string {
  return `Put the value into quotes${token === "Patch-status" ? " or into a block ('Patch-status: |' and indented lines)" : ""}.`;
}

/** The error for a value that cannot be used. */
export function trailerError(where: string, token: string, value: string, what: string, fix: string): TandemError {
  const [line = ""] = value.split("\n");
  return userError("trailer-invalid", `Commit ${where}: the value '${line}' of ${token} ${what}.`, { fix });
}

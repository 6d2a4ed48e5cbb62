// Commits between git's raw objects and the port's `Commit`.
import { TandemError } from "../model/errors.ts";
import { parseSha, type Sha } from "../model/ids.ts";
import type { Commit, Signature } from "./repository.ts";

/** Reads the raw content of a commit object. Never fails on odd identities; throws kind `environment` without a tree. */
export function parseCommit(sha: Sha, content: Buffer): Commit {
  const end = content.indexOf("\n\n");
  const header = content.subarray(0, end < 0 ? content.length : end);
  const body = end < 0 ? Buffer.alloc(0) : content.subarray(end + 2);
  const encoding = /^encoding (.+)$/m.exec(header.toString("latin1"))?.[1];
  // Continuation lines (signatures) begin with a blank and so never look like a field of ours.
  const lines = decode(header, encoding).split("\n");
  const values = (key: string) =>
    lines.filter((line) => line.startsWith(`${key} `)).map((line) => line.slice(key.length + 1));
  const tree = parseSha(values("tree")[0] ?? "");
  if (!tree) throw new TandemError("environment", `The commit ${sha} cannot be read.`, { code: "object-broken" });
  return {
    sha,
    tree,
    parents: values("parent").flatMap((text) => parseSha(text) ?? []),
    author: parseSignature(values("author")[0] ?? ""),
    committer: parseSignature(values("committer")[0] ?? ""),
    message: decode(body, encoding),
  };
}

/** The raw content of the commit object, in UTF-8. Characters that git forbids in identities are dropped. */
export function commitContent(commit: Omit<Commit, "sha">): Buffer {
  const lines = [
    `tree ${commit.tree}`,
    ...commit.parents.map((parent) => `parent ${parent}`),
    `author ${formatSignature(commit.author)}`,
    `committer ${formatSignature(commit.committer)}`,
    "",
    commit.message,
  ];
  return Buffer.from(lines.join("\n").replaceAll("\0", ""), "utf8");
}

/** Reads `NAME <EMAIL> SECONDS ZONE`. Never fails: what is missing is empty, or the epoch. */
export function parseSignature(line: string): Signature {
  // Longer identities are hostile, and the search below would take quadratic time.
  const text = line.slice(0, 4000);
  const match = /^(.*?) ?<([^>]*)>(.*)$/.exec(text);
  const date = /(-?\d+) ([+-]\d{4})/.exec(match?.[3] ?? text);
  return {
    name: match?.[1] ?? text,
    email: match?.[2] ?? "",
    date: date ? `${date[1]} ${date[2]}` : "0 +0000",
  };
}

function formatSignature({ name, email, date }: Signature): string {
  if (!/^\d{1,15} [+-]\d{4}$/.test(date)) {
    throw new TandemError("bug", `${JSON.stringify(date)} is not a date as git stores it.`, { code: "date-invalid" });
  }
  // Git itself strips these at both ends (ident.c, "crud").
  const clean = (part: string) => {
    // biome-ignore lint/suspicious/noControlCharactersInRegex: control characters are what it removes
    const plain = part.slice(0, 1000).replace(/[\u0000-\u001f\u007f<>]/g, "");
    return plain.replace(/^[\s.,:;"'\\]+|[\s.,:;"'\\]+$/g, "");
  };
  return `${clean(name) || clean(email) || "unknown"} <${clean(email)}> ${date}`;
}

function decode(bytes: Buffer, encoding: string | undefined): string {
  try {
    return new TextDecoder("utf-8", { fatal: true, ignoreBOM: true }).decode(bytes);
  } catch {
    return decodeWith(bytes, encoding);
  }
}

function decodeWith(bytes: Buffer, encoding: string | undefined): string {
  try {
    return new TextDecoder(encoding ?? "latin1").decode(bytes);
  } catch {
    return bytes.toString("latin1");
  }
}

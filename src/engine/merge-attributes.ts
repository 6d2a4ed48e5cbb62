// All `.gitattributes` files of a tree as one for its root, so that git can obey them without a work tree.
import type { BytePath } from "../git/byte-path.ts";

/** A `.gitattributes` file. */
export interface AttributesFile {
  readonly path: BytePath;
  readonly content: Buffer;
}

/** One text: deeper files later, as they win over the ones above; their patterns begin with their directory. */
export function mergeAttributes(files: readonly AttributesFile[]): Buffer {
  const sorted = [...files].sort((a, b) => depth(a) - depth(b) || (a.path < b.path ? -1 : 1));
  return Buffer.from(sorted.flatMap(rewrite).join("\n"), "latin1");
}

function depth({ path }: AttributesFile): number {
  return path.split("/").length;
}

function rewrite({ path, content }: AttributesFile): string[] {
  const text = `${content.toString("latin1").replace(/^\xef\xbb\xbf/, "")}\n`;
  const slash = path.lastIndexOf("/");
  if (slash < 0) return [text];
  const directory = path.slice(0, slash).replace(/[\\*?[\]]/g, "\\$&");
  return text.split("\n").flatMap((line) => prefixed(line, directory));
}

// Macros count in the root only, negative patterns nowhere; comments and empty lines say nothing.
function prefixed(line: string, directory: string): string[] {
  const match = /^[ \t]*("(?:[^"\\]|\\.)*"|[^\s"#][^\s]*)(\s.*)$/.exec(line);
  const [, written = "", attributes = ""] = match ?? [];
  if (!match || /^(?:!|\[attr\])/.test(written)) return [];
  const pattern = written.startsWith('"') ? unquote(written) : written;
  const inner = pattern.replace(/\/$/, "");
  const full = inner.includes("/") ? `${directory}/${pattern.replace(/^\//, "")}` : `${directory}/**/${pattern}`;
  return [`"${full.replace(/["\\]/g, "\\$&")}"${attributes}`];
}

function unquote(text: string): string {
  return text.slice(1, -1).replace(/\\([\s\S])/g, "$1");
}

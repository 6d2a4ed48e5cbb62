// Path names without loss. Git's paths are bytes; a JavaScript string is not.

declare const brand: unique symbol;

/**
 * A path as git stores it, one character (U+0000 to U+00FF) for each byte, `/`-separated, without a leading slash.
 * So any name survives, comparison with `<` is git's own byte order, and ASCII names look as usual. Make one with
 * `pathFromText` or `pathFromBytes`; show it to people with `pathToText` only.
 */
export type BytePath = string & { readonly [brand]: "BytePath" };

/** The path that a text stands for, in UTF-8. */
export function pathFromText(text: string): BytePath {
  return Buffer.from(text, "utf8").toString("latin1") as BytePath;
}

/** The path of these bytes. */
export function pathFromBytes(bytes: Uint8Array): BytePath {
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString("latin1") as BytePath;
}

/** The path for people. Bytes that are not UTF-8 show as U+FFFD, so the text may not lead back to the path. */
export function pathToText(path: BytePath): string {
  return Buffer.from(path, "latin1").toString("utf8");
}

/** The path's bytes. */
export function pathToBytes(path: BytePath): Buffer {
  return Buffer.from(path, "latin1");
}

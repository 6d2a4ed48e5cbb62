// The style sheet and the script, which travel as files beside this one: editors, Biome and reviewers see CSS and
// JavaScript instead of long strings. `npm run build` copies the folder, as tsc copies no such files.
import { createHash } from "node:crypto";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import type { RequestHandler } from "express";

/** A file that pages load. */
export interface Asset {
  readonly path: string;
  /** The path with a digest of the content: whoever has what this address names need not ask again. */
  readonly href: string;
  readonly type: string;
  readonly content: Buffer;
  readonly etag: string;
}

/** What pages load. */
export interface Assets {
  readonly style: Asset;
  readonly script: Asset;
}

/** Reads the files. */
export function loadAssets(): Assets {
  return { style: load("style.css", "text/css"), script: load("refresh.js", "text/javascript") };
}

function load(name: string, type: string): Asset {
  const content = readFileSync(join(import.meta.dirname, "assets", name));
  const digest = createHash("sha256").update(content).digest("hex").slice(0, 16);
  const path = `/assets/${name}`;
  return { path, href: `${path}?v=${digest}`, type: `${type}; charset=utf-8`, content, etag: `"${digest}"` };
}

/**
 * Serves a file. Only the address with its own digest may be kept for long: while instances of two versions answer, one is
 * asked for the other's file.
 */
export function serveAsset({ href, type, content, etag }: Asset): RequestHandler {
  return (request, response) => {
    const isOwn = request.originalUrl === href;
    response.set({
      "Cache-Control": isOwn ? "public, max-age=31536000, immutable" : "no-cache",
      "Content-Type": type,
      ETag: etag,
    });
    if (request.headers["if-none-match"] === etag) response.status(304).end();
    else response.send(content);
  };
}

// New objects as one pack, so that one `git unpack-objects` stores any number of them. Ids are computed here (SHA-1;
// repositories with SHA-256 are not supported by GitLab or GitHub). Format: gitformat-pack(5).
import { createHash } from "node:crypto";
import { deflateSync } from "node:zlib";
import { TandemError } from "../model/errors.ts";
import { parseSha, type Sha } from "../model/ids.ts";

/** An object that is to be stored. */
export interface NewObject {
  readonly type: "commit" | "tree" | "blob";
  readonly content: Buffer;
}

const TYPE_NUMBER = { commit: 1, tree: 2, blob: 3 } as const;

/** The id that git gives this object. */
export function objectId({ type, content }: NewObject): Sha {
  const hex = createHash("sha1").update(`${type} ${content.length}\0`).update(content).digest("hex");
  const sha = parseSha(hex);
  if (!sha) throw new TandemError("bug", "An object id of zeros was computed.", { code: "object-id" });
  return sha;
}

/** The pack that holds these objects. They must differ from each other. */
export function buildPack(objects: readonly NewObject[]): Buffer {
  const header = Buffer.alloc(12);
  header.write("PACK", 0, "latin1");
  header.writeUInt32BE(2, 4);
  header.writeUInt32BE(objects.length, 8);
  const body = [header, ...objects.flatMap((object) => [entryHeader(object), deflateSync(object.content)])];
  const pack = Buffer.concat(body);
  return Buffer.concat([pack, createHash("sha1").update(pack).digest()]);
}

/** Type and size: three bits of type and four of size in the first byte, then seven bits of size in each. */
function entryHeader({ type, content }: NewObject): Buffer {
  const bytes: number[] = [];
  let rest = Math.floor(content.length / 16);
  bytes.push((TYPE_NUMBER[type] << 4) | (content.length % 16) | (rest > 0 ? 0x80 : 0));
  while (rest > 0) {
    const more = Math.floor(rest / 128);
    bytes.push((rest % 128) | (more > 0 ? 0x80 : 0));
    rest = more;
  }
  return Buffer.from(bytes);
}

// How mails write text in ASCII: encoded words in headers (RFC 2047), transfer encodings of bodies (RFC 2045). Texts come
// and go with one Latin-1 character for each byte, until their charset is known.

/** A header, or other text of a mail, as people read it. Without `words`, encoded words stay as they are. */
export function decodeHeader(
  text: string,
  charset: string | undefined,
  { words }: { readonly words: boolean } = { words: true },
): string {
  if (!words) return decodeBytes(text, charset);
  const joined = text.replace(/(=\?[\w*-]+\?[qb]\?[^?\s]*\?=)[ \t]+(?==\?)/gi, "$1");
  let from = 0;
  let result = "";
  let pending: { readonly set: string; readonly bytes: string } | undefined;
  const flush = () => {
    if (pending) result += decodeBytes(pending.bytes, pending.set);
    pending = undefined;
  };
  for (const match of joined.matchAll(/=\?([\w*-]+)\?([qb])\?([^?\s]*)\?=/gi)) {
    const [all, set = "", kind = "", coded = ""] = match;
    const between = joined.slice(from, match.index);
    if (between !== "" || pending?.set.toLowerCase() !== set.toLowerCase()) flush();
    result += decodeBytes(between, charset);
    const bytes = kind.toLowerCase() === "b" ? fromBase64(coded) : fromQuoted(coded.replaceAll("_", " "));
    // A character may be split between two words.
    pending = { set, bytes: (pending?.bytes ?? "") + bytes };
    from = match.index + all.length;
  }
  flush();
  return result + decodeBytes(joined.slice(from), charset);
}

/** A body without its transfer encoding. */
export function decodeText(body: string, encoding: string): string {
  switch (encoding.trim().toLowerCase()) {
    case "base64":
      return fromBase64(body);
    case "quoted-printable":
      return fromQuoted(body.replace(/=[ \t]*\r?\n/g, ""));
    default:
      return body;
  }
}

function fromBase64(text: string): string {
  return Buffer.from(text, "base64").toString("latin1");
}

function fromQuoted(text: string): string {
  return text.replace(/=([0-9A-Fa-f]{2})/g, (_all, code: string) => String.fromCharCode(Number.parseInt(code, 16)));
}

/** UTF-8 where it is; else the named charset; else Latin-1. */
function decodeBytes(text: string, charset: string | undefined): string {
  const bytes = Buffer.from(text, "latin1");
  for (const name of [charset ?? "utf-8", "utf-8"]) {
    try {
      return new TextDecoder(name.replace(/\*.*$/, ""), { fatal: true, ignoreBOM: true }).decode(bytes);
    } catch {
      // The next one, then.
    }
  }
  return text;
}

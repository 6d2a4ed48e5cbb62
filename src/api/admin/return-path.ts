// Where a browser goes after it has logged in. The address comes from a link that anybody may have made.

const HERE = "http://tandem.invalid";

/** The path and query of an address on this service; undefined for any other address, and for what is no address. */
export function returnPath(text: unknown): string | undefined {
  if (typeof text !== "string" || !text.startsWith("/") || !URL.canParse(text, HERE)) return undefined;
  const { origin, pathname, search } = new URL(text, HERE);
  // `/.//evil.example` has our origin, and a path that a browser takes for another host.
  return origin === HERE && !pathname.startsWith("//") ? `${pathname}${search}` : undefined;
}

// A link in a comment. Addresses of pages come from the forge, which took some of them from other systems.

const MAX_URL = 500;

/** A Markdown link, or the label alone when the address is none of the web or too long. The label is Markdown already. */
export function webLink(label: string, address: string | undefined): string {
  const url = address === undefined ? undefined : webAddress(address);
  return url === undefined ? label : `[${label}](${url})`;
}

function webAddress(address: string): string | undefined {
  if (!URL.canParse(address)) return undefined;
  const url = new URL(address);
  if (url.protocol !== "https:" && url.protocol !== "http:") return undefined;
  url.username = "";
  url.password = "";
  // What could end the link, the table's cell, or name somebody.
  const href = url.href.replace(/[()<>|\\`"'[\]{}@\s]/g, percent);
  return href.length > MAX_URL ? undefined : href;
}

function percent(character: string): string {
  return `%${character.charCodeAt(0).toString(16).toUpperCase().padStart(2, "0")}`;
}

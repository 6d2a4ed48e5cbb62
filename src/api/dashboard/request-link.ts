// Links to merge requests. The addresses come from records; only those of the web become links.
import type { RequestView } from "../../model/pair-view.ts";
import { type Html, html, type Part } from "./html.ts";

/** The label as a link that leads out of Tandem, or the label alone when the address is none of the web. */
export function webLink(address: string, label: Part): Html {
  const url = webAddress(address);
  return url === undefined ? html`${label}` : html`<a href="${url}" rel="noreferrer">${label}</a>`;
}

/** `src/pkg!5`; `org/pkg#5` on GitHub, where the address says `pull`. */
export function requestName({ projectPath, iid, webUrl }: RequestView): string {
  return `${projectPath}${/\/pull\/\d+$/.test(webUrl) ? "#" : "!"}${iid}`;
}

function webAddress(address: string): string | undefined {
  if (!URL.canParse(address)) return undefined;
  const { protocol, username, password, href } = new URL(address);
  const isWeb = protocol === "https:" || protocol === "http:";
  return isWeb && username === "" && password === "" ? href : undefined;
}

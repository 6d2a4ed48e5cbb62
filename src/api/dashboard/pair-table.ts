// The rows of the list of pairs.

import type { PairView } from "../../model/pair-view.ts";
import { foreign } from "./foreign.ts";
import { type Html, html } from "./html.ts";
import { requestName, webLink } from "./request-link.ts";
import { checksState, pairState, requestState } from "./state-words.ts";
import { type Column, table } from "./table.ts";
import { age } from "./times.ts";

/** More of a title is on the pair's page and on the forge. */
const MAX_TITLE = 120;

/** Makes the table. */
export function pairTable(pairs: readonly PairView[], now: number): Html {
  const columns: readonly Column<PairView>[] = [
    { label: "Package", cell: (pair) => html`<a href="/pairs/${pair.id}">${foreign(pair.package, MAX_TITLE)}</a>` },
    { label: "Source", isWide: true, cell: sourceCell },
    { label: "Dist-git", cell: distCell },
    { label: "State", cell: ({ state }) => pairState(state) },
    { label: "Checks", cell: ({ checks }) => checksState(checks) },
    { label: "Opened", isNumber: true, cell: ({ source }) => age(source.createdAt, now) },
    { label: "Last event", isNumber: true, cell: ({ lastEventAt }) => age(lastEventAt, now) },
  ];
  return table("Pairs, newest event first", columns, pairs);
}

function sourceCell({ source }: PairView): Html {
  const title = source.title.trim() === "" ? "(no title)" : source.title;
  return html`${webLink(source.webUrl, foreign(title, MAX_TITLE))}
<span class="sub">${foreign(requestName(source), MAX_TITLE)} by ${foreign(source.author, MAX_TITLE)}${requestNote(source)}</span>`;
}

function distCell({ dist }: PairView): Html {
  if (!dist) return html`<span class="quiet">none yet</span>`;
  return html`${webLink(dist.webUrl, `!${dist.iid}`)} <span class="sub">${requestState(dist)}</span>`;
}

/** Opened is what most are. */
function requestNote(request: PairView["source"]): string {
  const state = requestState(request);
  return state === "opened" ? "" : `, ${state}`;
}

// GET /: the pairs, newest event first.
import type { Page, PairView } from "../../model/pair-view.ts";
import { type Html, html } from "./html.ts";
import { type Frame, hiddenNote, type PageBody } from "./page.ts";
import { pageLinks } from "./page-links.ts";
import { pairFilter } from "./pair-filter.ts";
import { isNarrowed, type PairQuery, pairListPath } from "./pair-query.ts";
import { pairTable } from "./pair-table.ts";

/** What the list is made of. */
export interface PairList {
  readonly query: PairQuery;
  readonly pairs: Page<PairView>;
  /** Names of the routes that are served. */
  readonly routes: readonly string[];
}

/** Makes the list's page. */
export function pairsPage(frame: Frame, { query, pairs, routes }: PairList): PageBody {
  const last = Math.max(1, Math.ceil(pairs.total / pairs.pageSize));
  return {
    title: "Pairs",
    place: "pairs",
    isEntry: true,
    content: html`<p class="lead">A pair is a source-git merge request and the dist-git merge request that follows it.</p>
${lives(query)}
${pairFilter(query, routes)}
<section aria-label="List of pairs">
${pairs.items.length > 0 ? html`${count(query, pairs)}${pairTable(pairs.items, frame.now)}` : empty(query, pairs, last)}
${pageLinks(query.page, last, (page) => pairListPath({ ...query, page }))}
</section>
${hiddenNote(frame, "Pairs of projects that are not public are left out.")}`,
  };
}

const LIVES = [
  ["open", "Open"],
  ["ended", "Ended"],
  ["all", "All"],
] as const;

function lives(query: PairQuery): Html {
  return html`<nav aria-label="Open or ended"><ul class="menu">${LIVES.map(([life, name]) => {
    const current = life === query.life && html` aria-current="true"`;
    return html`<li><a href="${pairListPath({ ...query, life, page: 1 })}"${current}>${name}</a></li>`;
  })}</ul></nav>`;
}

function count({ life }: PairQuery, { items, total, page, pageSize }: Page<PairView>): Html {
  const first = (page - 1) * pageSize + 1;
  const what = `${life === "all" ? "" : `${life} `}${total === 1 ? "pair" : "pairs"}`;
  const range = items.length < total && html`, ${first}–${first + items.length - 1} shown`;
  return html`<p class="count">${total.toLocaleString("en")} ${what}${range}. Newest event first.</p>`;
}

function empty(query: PairQuery, { total }: Page<PairView>, last: number): Html {
  if (total > 0)
    return html`<p class="empty">There is no page ${query.page}. <a href="${pairListPath({ ...query, page: last })}">Go to the last one</a>.</p>`;
  if (isNarrowed(query)) return html`<p class="empty">No pair matches. <a href="/">Show all open pairs</a>.</p>`;
  if (query.life !== "open")
    return html`<p class="empty">No pair yet that ${query.life === "ended" ? "has ended" : "anybody remembers"}.</p>`;
  return html`<div class="empty"><p>No pair is open.</p>
<p>One appears when somebody opens a merge request with <code>.distro/source-git.yaml</code> on a source-git project that a route serves. <a href="/health">Health</a> tells whether deliveries arrive.</p></div>`;
}

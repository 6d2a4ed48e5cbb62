// Links from one page of a list to the others.
import { type Html, html } from "./html.ts";

/** Which pages are linked: the first, the last, and those around the present one; `gap` where some are left out. */
export function linkedPages(page: number, last: number): readonly (number | "gap")[] {
  const wanted = [1, page - 1, page, page + 1, last].filter((number) => number >= 1 && number <= last);
  const pages = [...new Set(wanted)].sort((a, b) => a - b);
  return pages.flatMap((number, index) => {
    const before = pages[index - 1] ?? number - 1;
    if (number - before === 1) return [number];
    return number - before === 2 ? [number - 1, number] : (["gap", number] as const);
  });
}

/**
 * The links; nothing when there is one page only.
 * @param pathOf address of a page
 */
export function pageLinks(page: number, last: number, pathOf: (page: number) => string): Html | undefined {
  if (last <= 1) return undefined;
  const link = (number: number, text: string, rel?: string) =>
    html`<a href="${pathOf(number)}"${rel !== undefined && html` rel="${rel}"`}>${text}</a>`;
  const items = linkedPages(page, last).map((number) => {
    if (number === "gap") return html`<li aria-hidden="true">…</li>`;
    if (number === page) return html`<li><a href="${pathOf(number)}" aria-current="page">${number}</a></li>`;
    return html`<li>${link(number, String(number))}</li>`;
  });
  return html`<nav class="pages" aria-label="Pages of the list"><ul class="menu">
${page > 1 && html`<li>${link(Math.min(page - 1, last), "← newer", "prev")}</li>`}
${items}
${page < last && html`<li>${link(page + 1, "older →", "next")}</li>`}
</ul></nav>`;
}

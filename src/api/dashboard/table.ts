// Tables that become cards on a narrow screen. Roles are named: a browser forgets that something is a table when a style
// sheet displays it as something else.
import { type Html, html, type Part } from "./html.ts";

/** A column. The first one names the row. */
export interface Column<T> {
  readonly label: string;
  /** For numbers, which line up on the right. */
  readonly isNumber?: boolean;
  /** For more than a few words. */
  readonly isWide?: boolean;
  readonly cell: (item: T) => Part;
}

/**
 * Makes a table.
 * @param caption for those who do not see what stands around it
 */
export function table<T>(caption: string, columns: readonly Column<T>[], items: readonly T[]): Html {
  const kind = ({ isNumber, isWide }: Column<T>) =>
    (isNumber || isWide) && html` class="${isNumber ? "number" : "wide"}"`;
  const row = (item: T) =>
    columns.map((column, index) =>
      index === 0
        ? html`<th scope="row" role="rowheader">${column.cell(item)}</th>`
        : html`<td role="cell" data-label="${column.label}"${kind(column)}>${column.cell(item)}</td>`,
    );
  return html`<table class="cards" role="table"><caption class="unseen">${caption}</caption>
<thead role="rowgroup"><tr role="row">${columns.map(
    (column) => html`<th scope="col" role="columnheader"${kind(column)}>${column.label}</th>`,
  )}</tr></thead>
<tbody role="rowgroup">
${items.map((item) => html`<tr role="row">${row(item)}</tr>\n`)}</tbody></table>`;
}

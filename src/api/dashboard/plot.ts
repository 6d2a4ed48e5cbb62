// The frame of a plot: a small SVG with a grid. Colours come from the style sheet; there are no styles inside.
import { type Html, html, type Part } from "./html.ts";
import type { Tick } from "./plot-ticks.ts";

/** Maps a value to where it is drawn. */
export type Scale = (value: number) => number;

const WIDTH = 400;
const HEIGHT = 190;
const LEFT = 50;
const RIGHT = 392;
const TOP = 20;
const BOTTOM = 166;
/** Width of the widest label below the plot. */
const LABEL = 50;

/** From `from` at the left to `to` at the right. */
export function acrossScale(from: number, to: number): Scale {
  return (value) => LEFT + ((value - from) / Math.max(to - from, Number.MIN_VALUE)) * (RIGHT - LEFT);
}

/** From `from` at the bottom to `to` at the top. What is outside is drawn at the edge. */
export function upScale(from: number, to: number): Scale {
  return (value) => BOTTOM - Math.min(1, Math.max(0, (value - from) / (to - from))) * (BOTTOM - TOP);
}

/** What is drawn, and what it says to those who do not see it. */
export interface Plot {
  /** Names the element, unique on its page. */
  readonly id: string;
  readonly title: string;
  /** The numbers in a sentence. */
  readonly summary: string;
  readonly across: { readonly scale: Scale; readonly ticks: readonly Tick[] };
  readonly up: { readonly scale: Scale; readonly ticks: readonly Tick[] };
  /** What the numbers at the side count, when they do not say it themselves. */
  readonly unit?: string;
  readonly marks: Part;
}

/** Makes the picture. */
export function plotPicture({ id, title, summary, across, up, unit, marks }: Plot): Html {
  const rows = up.ticks.map(({ at, label }) => {
    const y = round(up.scale(at));
    return html`<path d="M${LEFT} ${y}H${RIGHT}"/><text x="${LEFT - 6}" y="${y + 4}" text-anchor="end">${label}</text>`;
  });
  const columns = across.ticks.map(({ at, label }) => {
    const x = round(across.scale(at));
    // In the middle it would be cut off by the edge.
    const anchor = x > RIGHT - LABEL / 2 ? "end" : "middle";
    const stands = anchor === "end" ? RIGHT : x;
    return html`<path d="M${x} ${BOTTOM}v4"/><text x="${stands}" y="${HEIGHT - 6}" text-anchor="${anchor}">${label}</text>`;
  });
  return html`<svg class="plot" viewBox="0 0 ${WIDTH} ${HEIGHT}" role="img" aria-labelledby="${id}-title ${id}-text">
<title id="${id}-title">${title}</title><desc id="${id}-text">${summary}</desc>
<g class="grid" aria-hidden="true">${rows}${columns}
<text x="${LEFT - 6}" y="${HEIGHT - 6}" text-anchor="end">UTC</text>${unit !== undefined && html`<text x="${LEFT}" y="11">${unit}</text>`}</g>
${marks}
</svg>`;
}

/** Where the bars and the grid stand. */
export const GROUND = BOTTOM;

/** Tenths are more than a screen shows. */
export function round(value: number): number {
  return Math.round(value * 10) / 10;
}

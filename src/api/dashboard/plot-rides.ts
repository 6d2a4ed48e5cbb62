// The plot of how long dist-git merge requests took from the delivery to their opening.
import type { TrendView } from "../../model/pair-view.ts";
import { type Html, html } from "./html.ts";
import { acrossScale, plotPicture, round, upScale } from "./plot.ts";
import { durationTicks, timeTicks } from "./plot-ticks.ts";
import { table } from "./table.ts";
import { durationText, moment } from "./times.ts";

type Ride = TrendView["opened"][number];

/** More dots are a blot, and a heavy page. */
const MAX_DOTS = 500;
/** Of so many the numbers are shown. */
const MAX_ROWS = 20;
/** A plot of one moment has no width. */
const MIN_SPAN_MS = 3_600_000;

/** Makes the figure. */
export function ridesFigure({ opened }: TrendView, now: number): Html {
  const rides = opened.toSorted((a, b) => a.at - b.at).slice(-MAX_DOTS);
  const [first] = rides;
  if (!first) return html`<p class="empty">No dist-git merge request was opened yet.</p>`;
  const sorted = rides.map(({ seconds }) => seconds).sort((a, b) => a - b);
  const median = quantile(sorted, 0.5);
  const ninth = quantile(sorted, 0.9);
  const summary =
    rides.length === 1
      ? `1 dist-git merge request, within ${durationText(median)}.`
      : `${rides.length} dist-git merge requests: half of them within ${durationText(median)}, nine of ten within ${durationText(ninth)}, the slowest ${durationText(sorted.at(-1) ?? 0)}.`;
  return html`<figure>
<figcaption>${summary}</figcaption>
${picture(rides, Math.min(first.at, now - MIN_SPAN_MS), now, median, summary)}
<p class="legend" aria-hidden="true"><span class="dot"></span> one merge request <span class="dash"></span> median</p>
<details><summary>The last ones in numbers</summary>${numbers(rides)}</details>
</figure>`;
}

function picture(rides: readonly Ride[], from: number, to: number, median: number, summary: string): Html {
  const seconds = rides.map((ride) => ride.seconds);
  const ticks = durationTicks(Math.min(...seconds), Math.max(...seconds));
  const [low, high] = [ticks[0]?.at ?? 1, ticks.at(-1)?.at ?? 10].map(Math.log10) as [number, number];
  const linear = upScale(low, high);
  const up = (value: number) => linear(Math.log10(Math.max(value, Number.MIN_VALUE)));
  const across = acrossScale(from, to);
  // Strokes without length and with round ends are dots, in a tenth of the bytes of circles.
  const dots = rides.map(({ at, seconds: took }) => `M${round(across(at))} ${round(up(took))}h0`).join("");
  const line = `M${round(across(from))} ${round(up(median))}H${round(across(to))}`;
  return plotPicture({
    id: "rides",
    title: "Time from the delivery to the dist-git merge request",
    summary,
    unit: "time, logarithmic",
    across: { scale: across, ticks: timeTicks(from, to) },
    up: { scale: up, ticks },
    marks: html`<path class="dots" d="${dots}"/><path class="median" d="${line}"/>`,
  });
}

function numbers(rides: readonly Ride[]): Html {
  const columns = [
    { label: "Opened", cell: ({ at }: Ride) => moment(at) },
    { label: "After", isNumber: true, cell: ({ seconds }: Ride) => durationText(seconds) },
  ];
  return table("The last dist-git merge requests, newest first", columns, rides.slice(-MAX_ROWS).reverse());
}

/** Of sorted values, the one that the given part of them does not exceed. */
function quantile(sorted: readonly number[], part: number): number {
  return sorted[Math.max(0, Math.ceil(part * sorted.length) - 1)] ?? 0;
}

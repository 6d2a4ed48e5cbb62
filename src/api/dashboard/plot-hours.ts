// The plot of how many jobs ended in each hour, and how many of them failed.
import type { TrendView } from "../../model/pair-view.ts";
import { type Html, html } from "./html.ts";
import { acrossScale, GROUND, plotPicture, round, type Scale, upScale } from "./plot.ts";
import { countTicks, timeTicks } from "./plot-ticks.ts";
import { table } from "./table.ts";
import { moment } from "./times.ts";

type Hour = TrendView["hours"][number];

const HOUR_MS = 3_600_000;
/** A week: narrower bars cannot be seen. */
const MAX_HOURS = 168;
/** Of so many the numbers are shown. */
const MAX_ROWS = 24;

/** Makes the figure. */
export function hoursFigure(trend: TrendView): Html {
  const hours = trend.hours.slice(-MAX_HOURS);
  const [first, last] = [hours[0], hours.at(-1)];
  const ended = hours.reduce((sum, hour) => sum + hour.ended, 0);
  if (!first || !last || ended === 0) return html`<p class="empty">No job has ended yet.</p>`;
  const failed = hours.reduce((sum, hour) => sum + hour.failed, 0);
  const most = Math.max(...hours.map((hour) => hour.ended));
  const summary = `${ended} ${ended === 1 ? "job" : "jobs"} in ${hours.length} hours, ${failed === 0 ? "none" : failed} of them failed; at most ${most} in an hour.`;
  const ticks = countTicks(most);
  const across = acrossScale(first.at, last.at + HOUR_MS);
  const up = upScale(0, ticks.at(-1)?.at ?? 1);
  return html`<figure>
<figcaption>${summary}</figcaption>
${plotPicture({
  id: "hours",
  title: "Jobs that ended, by the hour",
  summary,
  unit: "jobs per hour",
  across: { scale: across, ticks: timeTicks(first.at, last.at + HOUR_MS) },
  up: { scale: up, ticks },
  marks: bars(hours, across, up),
})}
<p class="legend" aria-hidden="true"><span class="block"></span> ended well <span class="block failed"></span> failed (✕)</p>
<details><summary>The last ${Math.min(hours.length, MAX_ROWS)} hours in numbers</summary>${numbers(hours)}</details>
</figure>`;
}

/** Bars in two paths; a cross stands above each hour in which a job failed, as colours alone say nothing to some. */
function bars(hours: readonly Hour[], across: Scale, up: Scale): Html {
  const width = Math.max(0.6, round((across(HOUR_MS) - across(0)) * 0.8));
  const bar = (at: number, from: number, to: number) => {
    const height = round(up(from) - up(to));
    return height === 0 ? "" : `M${round(across(at))} ${round(up(from))}v${-height}h${width}v${height}z`;
  };
  const failures = hours.filter(({ failed }) => failed > 0);
  const crosses = failures.map(({ at, ended }) => {
    const [x, y] = [round(across(at) + width / 2 - 2.5), round(Math.min(up(ended), GROUND) - 7.5)];
    return `M${x} ${y}l5 5m0-5l-5 5`;
  });
  return html`<path class="bars" d="${hours.map(({ at, ended, failed }) => bar(at, failed, ended)).join("")}"/>
<path class="bars failed" d="${failures.map(({ at, failed }) => bar(at, 0, failed)).join("")}"/>
<path class="crosses" d="${crosses.join("")}"/>`;
}

function numbers(hours: readonly Hour[]): Html {
  const columns = [
    { label: "Hour from", cell: ({ at }: Hour) => moment(at) },
    { label: "Jobs", isNumber: true, cell: ({ ended }: Hour) => ended },
    { label: "Failed", isNumber: true, cell: ({ failed }: Hour) => failed },
  ];
  return table("Jobs by the hour, newest first", columns, hours.slice(-MAX_ROWS).reverse());
}

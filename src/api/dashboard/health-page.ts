// GET /health: how the service is, for people. Probes ask /api/healthz and /api/readyz.
import type { HealthView, HeardView, SweepView, TrendView } from "../../model/pair-view.ts";
import type { QueueDepth } from "../../model/queue-depth.ts";
import { foreign } from "./foreign.ts";
import { type Html, html } from "./html.ts";
import type { Frame, PageBody } from "./page.ts";
import { hoursFigure } from "./plot-hours.ts";
import { ridesFigure } from "./plot-rides.ts";
import { type Column, table } from "./table.ts";
import { age, durationText } from "./times.ts";
import { type Expected, healthWarnings } from "./warnings.ts";

/** What the page is made of. */
export interface HealthFacts {
  readonly health: HealthView;
  readonly trend: TrendView;
  readonly expected: Expected;
}

/** Makes the page. */
export function healthPage({ now }: Frame, { health, trend, expected }: HealthFacts): PageBody {
  return {
    title: "Health",
    place: "health",
    isEntry: true,
    content: html`${warnings(healthWarnings(health, expected, now))}
<div class="columns">
<section aria-labelledby="h-rides"><h2 id="h-rides">From the delivery to the dist-git merge request</h2>${ridesFigure(trend, now)}</section>
<section aria-labelledby="h-hours"><h2 id="h-hours">Jobs per hour</h2>${hoursFigure(trend)}</section>
<section aria-labelledby="h-queues"><h2 id="h-queues">Queues</h2>${table("Jobs in the queues", QUEUES, health.queues)}</section>
<section aria-labelledby="h-hooks"><h2 id="h-hooks">Hooks</h2>${health.heard.length === 0 ? noRoutes() : table("The last delivery from each side of each route", hooks(now), health.heard)}</section>
<section aria-labelledby="h-sweeps"><h2 id="h-sweeps">Sweeps</h2>${health.sweeps.length === 0 ? html`<p class="empty">No sweep has ended well yet.</p>` : table("The last good sweep of each route", sweeps(now), health.sweeps)}</section>
</div>`,
  };
}

function warnings(sentences: readonly string[]): Html {
  if (sentences.length === 0)
    return html`<p class="verdict"><span class="state good"><span aria-hidden="true">✓</span> All is well</span>: nothing is silent, nothing is stuck.</p>`;
  return html`<section class="warnings" aria-labelledby="h-look"><h2 id="h-look"><span aria-hidden="true">▲</span> ${sentences.length === 1 ? "One thing" : `${sentences.length} things`} to look at</h2>
<ul>${sentences.map((sentence) => html`<li>${foreign(sentence)}</li>\n`)}</ul></section>`;
}

function noRoutes(): Html {
  return html`<p class="empty">No route is configured: nothing is served.</p>`;
}

const QUEUES: readonly Column<QueueDepth>[] = [
  { label: "Queue", cell: ({ queue }) => queue },
  { label: "Waiting", isNumber: true, cell: ({ jobs }) => jobs.waiting },
  { label: "Delayed", isNumber: true, cell: ({ jobs }) => jobs.delayed },
  { label: "Running", isNumber: true, cell: ({ jobs }) => jobs.active },
  {
    label: "Failed",
    isNumber: true,
    cell: ({ jobs }) => (jobs.failed > 0 ? html`<b class="bad">✕ ${jobs.failed}</b>` : 0),
  },
  {
    label: "Oldest",
    isNumber: true,
    cell: ({ oldestSeconds }) => (oldestSeconds > 0 ? durationText(oldestSeconds) : html`<span class="quiet">–</span>`),
  },
];

function hooks(now: number): readonly Column<HeardView>[] {
  return [
    { label: "Route", cell: ({ route }) => foreign(route) },
    { label: "Side", cell: ({ side }) => (side === "dist" ? "dist-git" : "source-git") },
    {
      label: "Last delivery",
      isNumber: true,
      cell: ({ at }) => (at === undefined ? html`<span class="quiet">none remembered</span>` : age(at, now)),
    },
  ];
}

function sweeps(now: number): readonly Column<SweepView>[] {
  return [
    { label: "Route", cell: ({ route }) => foreign(route) },
    { label: "Swept", isNumber: true, cell: ({ at }) => age(at, now) },
    { label: "Looked at", cell: ({ isFull }) => (isFull ? "everything open" : "what changed") },
    { label: "Found", isNumber: true, cell: ({ found }) => found },
  ];
}

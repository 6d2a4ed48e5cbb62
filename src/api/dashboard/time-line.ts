// What happened to a pair: one entry for each job, from the delivery to the result.
import type { QueueName } from "../../model/jobs.ts";
import type { JobView } from "../../model/pair-view.ts";
import { foreign } from "./foreign.ts";
import { type Html, html } from "./html.ts";
import type { Frame } from "./page.ts";
import { jobState } from "./state-words.ts";
import { age, durationText, moment } from "./times.ts";

/** What the jobs of a queue do, in words for people who never heard of queues. */
const QUEUE_WORDS: Readonly<Record<QueueName, string>> = {
  mirror: "Dist-git follows source-git",
  ci: "Checks come back",
  backsync: "Source-git follows dist-git",
  sweep: "Sweep",
};

/** The jobs, newest first. */
export function timeLine(jobs: readonly JobView[], frame: Frame): Html {
  if (jobs.length === 0)
    return html`<p class="empty">Nothing is remembered of it any more. What is known stands above.</p>`;
  return html`<ol class="line" reversed>
${jobs.map((job) => html`<li>${entry(job, frame)}</li>\n`)}</ol>`;
}

function entry(job: JobView, { now, viewer }: Frame): Html {
  return html`<h3>${QUEUE_WORDS[job.queue]} ${jobState(job.state)}</h3>
<p class="sub">${moment(job.addedAt)} (${age(job.addedAt, now)})${job.attempts > 1 && html`, ${job.attempts} attempts`}</p>
${flow(job, now, viewer === "admin")}${viewer === "admin" && details(job)}`;
}

/** Wait, work and its steps, with how long each took. */
function flow({ addedAt, startedAt, endedAt, details }: JobView, now: number, isAdmin: boolean): Html {
  const waited = durationText(seconds(addedAt, startedAt ?? endedAt ?? now));
  if (startedAt === undefined) return html`<p>${endedAt === undefined ? "waits for" : "waited"} <b>${waited}</b></p>`;
  const worked = durationText(seconds(startedAt, endedAt ?? now));
  const steps = isAdmin ? details.steps : [];
  return html`<p>waited <b>${waited}</b>, ${endedAt === undefined ? "runs for" : "worked"} <b>${worked}</b></p>
${steps.length > 0 && html`<p class="sub">${steps.map(({ name, seconds: took }, index) => html`${index > 0 && " → "}${foreign(name)} ${durationText(took)}`)}</p>`}`;
}

function seconds(from: number, to: number): number {
  return (to - from) / 1_000;
}

/** What only admins are shown. */
function details(job: JobView): Html {
  const { summary, plan, errors } = job.details;
  const others = errors.filter((error) => error !== summary);
  const address = `/admin/queues/queue/${job.queue}/${encodeURIComponent(job.id)}`;
  return html`${summary !== "" && html`<p>${foreign(summary)}</p>`}
${others.length > 0 && html`<ul class="errors">${others.map((error) => html`<li>${foreign(error)}</li>`)}</ul>`}
${plan.length > 0 && html`<details><summary>Plan</summary><pre tabindex="0">${plan.map((line) => html`<bdi>${line}</bdi>\n`)}</pre></details>`}
<p class="sub">From <code>${foreign(job.origin)}</code> · <a href="${address}">job <code>${foreign(job.id)}</code></a></p>`;
}

// Pages of a pipeline and of a job.
import type { App } from "../app.ts";
import type { Job } from "../state/ci-types.ts";
import type { Project } from "../state/types.ts";
import { type Html, html, link, stateWord } from "./html.ts";

/** A table of jobs and posted statuses. Only http(s) links become links. */
export function statusRows(jobs: readonly Job[]): Html {
  const target = (job: Job): Html =>
    job.targetUrl !== null && /^https?:/.test(job.targetUrl) ? link(job.targetUrl, job.targetUrl) : html``;
  return html`<table>${jobs
    .filter((job) => !job.retried)
    .map(
      (job) =>
        html`<tr><td>${job.stage}</td><td>${job.name}</td><td>${stateWord(job.status)}</td><td>${job.description}</td><td>${target(job)}</td></tr>`,
    )}</table>`;
}

export async function pipelinePage(app: App, project: Project, id: string): Promise<Html | undefined> {
  const pipeline = app.world.pipelines.get(Number(id));
  if (pipeline === undefined || pipeline.projectId !== project.id) return undefined;
  const path = app.world.pathOf(project);
  return html`<h1>${link(`/${path}`, path)}: pipeline #${pipeline.id} ${stateWord(pipeline.status)}</h1>
<p>${pipeline.ref} at ${link(`/${path}/-/commit/${pipeline.sha}`, pipeline.sha.slice(0, 8))}, ${pipeline.source}</p>
<p>${pipeline.yamlErrors}</p>${statusRows(app.world.jobsOf(pipeline.id))}`;
}

/** A job has no log here: the double never runs a script. */
export async function jobPage(app: App, project: Project, id: string): Promise<Html | undefined> {
  const job = app.world.jobs.get(Number(id));
  const pipeline = job && app.world.pipelineOf(job.pipelineId);
  if (job === undefined || pipeline?.projectId !== project.id) return undefined;
  const path = app.world.pathOf(project);
  return html`<h1>${link(`/${path}`, path)}: job ${job.name} ${stateWord(job.status)}</h1>
<p>stage ${job.stage} of ${link(`/${path}/-/pipelines/${pipeline.id}`, `pipeline #${pipeline.id}`)}</p><p>${job.description}</p>`;
}

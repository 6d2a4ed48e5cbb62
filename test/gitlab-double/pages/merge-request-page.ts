// Page of a merge request: text, comments, pipelines, changes. Text is shown as it was written, not as Markdown.
import type { App } from "../app.ts";
import { readDiff } from "../git/read-objects.ts";
import { mergeStatus } from "../merge-requests/merge-status.ts";
import type { MergeRequest, Project } from "../state/types.ts";
import { diffPart } from "./commit-page.ts";
import { type Html, html, link } from "./html.ts";
import { statusRows } from "./pipeline-page.ts";

export async function mergeRequestPage(app: App, project: Project, iid: string): Promise<Html | undefined> {
  const mr = app.world.mergeRequestAt(project.id, Number(iid));
  if (mr === undefined) return undefined;
  const path = app.world.pathOf(project);
  const source = app.world.projects.get(mr.sourceProjectId);
  const { base } = await mergeStatus(app, mr);
  const changes = await readDiff(app.repository(project.id), base, mr.sha);
  return html`<h1>${link(`/${path}`, path)}!${mr.iid} ${mr.title}</h1>
<p><b>${mr.state}</b>, by ${app.world.userOf(mr.authorId).name}: <code>${source ? app.world.pathOf(source) : "?"}:${mr.sourceBranch}</code>
into <code>${mr.targetBranch}</code>, head ${link(`/${path}/-/commit/${mr.sha}`, mr.sha.slice(0, 8))}</p>
<pre>${mr.description}</pre>
<h2>Pipelines</h2>${pipelinesPart(app, mr)}
<h2>Activity</h2>${notesPart(app, mr)}
<h2>Changes</h2>${diffPart(changes)}`;
}

function pipelinesPart(app: App, mr: MergeRequest): Html {
  const parts = app.world.pipelinesOfMergeRequest(mr).map((pipeline) => {
    const path = app.world.pathOf(app.world.projectOf(pipeline.projectId));
    const name = link(`/${path}/-/pipelines/${pipeline.id}`, `#${pipeline.id}`);
    const jobs = statusRows(app.world.jobsOf(pipeline.id));
    return html`<p>${name} ${pipeline.status} in ${path} for ${pipeline.sha.slice(0, 8)}</p>${jobs}`;
  });
  return html`${parts}`;
}

function notesPart(app: App, mr: MergeRequest): Html {
  const parts = app.world.notesOf(mr).map((note) => {
    const head = html`<a id="note_${note.id}"></a><b>${app.world.userOf(note.authorId).name}</b> <span class="dim">${note.createdAt}</span>`;
    if (note.system) return html`<p class="dim">${head} ${note.body}</p>`;
    const emoji = note.emoji.map((each) => `:${each.name}:`).join(" ");
    return html`<div class="note">${head}<pre>${note.body}</pre>${emoji}</div>`;
  });
  return html`${parts}`;
}

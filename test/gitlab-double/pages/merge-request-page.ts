// Page of a merge request: text, checks, comments with reactions, changes.
import type { App } from "../app.ts";
import { readDiff } from "../git/read-objects.ts";
import { mergeStatus } from "../merge-requests/merge-status.ts";
import type { Job } from "../state/ci-types.ts";
import type { AwardEmoji, MergeRequest, Project } from "../state/types.ts";
import { diffPart } from "./commit-page.ts";
import { type Html, html, link, stateWord } from "./html.ts";
import { renderInline, renderMarkdown } from "./markdown.ts";
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
<div class="text">${renderMarkdown(mr.description ?? "")}</div>
<h2>Statuses of the head</h2>${statusRows(statusesOf(app, mr))}
<h2>Pipelines</h2>${pipelinesPart(app, mr)}
<h2>Activity</h2>${notesPart(app, mr)}
<h2>Changes</h2>${diffPart(changes)}`;
}

/** What others reported of the head, in the fork or in the target project. */
function statusesOf(app: App, { sha, projectId, sourceProjectId }: MergeRequest): readonly Job[] {
  return [...app.world.jobs.values()].filter(({ kind, pipelineId }) => {
    const pipeline = app.world.pipelineOf(pipelineId);
    const isNear = pipeline.projectId === projectId || pipeline.projectId === sourceProjectId;
    return kind === "generic" && pipeline.sha === sha && isNear;
  });
}

function pipelinesPart(app: App, mr: MergeRequest): Html {
  const parts = app.world.pipelinesOfMergeRequest(mr).map((pipeline) => {
    const path = app.world.pathOf(app.world.projectOf(pipeline.projectId));
    const name = link(`/${path}/-/pipelines/${pipeline.id}`, `#${pipeline.id}`);
    const jobs = statusRows(app.world.jobsOf(pipeline.id));
    return html`<p>${name} ${stateWord(pipeline.status)} in ${path} for ${pipeline.sha.slice(0, 8)}</p>${jobs}`;
  });
  return html`${parts}`;
}

function notesPart(app: App, mr: MergeRequest): Html {
  const parts = app.world.notesOf(mr).map((note) => {
    const head = html`<a id="note_${note.id}"></a><b>${app.world.userOf(note.authorId).name}</b> <span class="dim">${note.createdAt}</span>`;
    if (note.system) return html`<p class="dim">${head} ${renderInline(note.body)}</p>`;
    return html`<div class="note">${head}${renderMarkdown(note.body)}${note.emoji.map((each) => reaction(app, each))}</div>`;
  });
  return html`${parts}`;
}

const PICTURES: Readonly<Record<string, string>> = { eyes: "👀", thumbsup: "👍", thumbsdown: "👎" };

function reaction(app: App, { name, userId }: AwardEmoji): Html {
  return html`<p class="dim">${PICTURES[name] ?? ""} :${name}: by ${app.world.userOf(userId).name}</p>`;
}

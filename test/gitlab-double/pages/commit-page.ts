// Page of a commit.
import type { App } from "../app.ts";
import { type FileChange, readDiff } from "../git/read-objects.ts";
import type { Project } from "../state/types.ts";
import { type Html, html, link } from "./html.ts";
import { statusRows } from "./pipeline-page.ts";

/** Changed files with their hunks. */
export function diffPart(changes: readonly FileChange[]): Html {
  return html`${changes.map((change) => html`<p><code>${change.letter} ${change.newPath}</code></p><pre>${change.diff}</pre>`)}`;
}

export async function commitPage(app: App, project: Project, name: string): Promise<Html | undefined> {
  const repository = app.repository(project.id);
  const sha = await repository.resolve(name);
  const commit = sha === undefined ? undefined : await repository.commit(sha);
  if (commit === undefined) return undefined;
  const path = app.world.pathOf(project);
  const jobs = [...app.world.jobs.values()].filter((job) => {
    const pipeline = app.world.pipelineOf(job.pipelineId);
    return pipeline.sha === commit.sha && pipeline.projectId === project.id;
  });
  return html`<h1>${link(`/${path}`, path)}: commit ${commit.sha.slice(0, 8)}</h1>
<p>${commit.author.name} &lt;${commit.author.email}&gt; ${commit.author.date}</p><pre>${commit.message}</pre>
<h2>Statuses</h2>${statusRows(jobs)}
<h2>Changes</h2>${diffPart(await readDiff(repository, commit.parents[0], commit.sha))}`;
}

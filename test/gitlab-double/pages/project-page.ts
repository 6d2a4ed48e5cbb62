// Pages of a project and of a branch's files.
import type { App } from "../app.ts";
import { readTree } from "../git/read-objects.ts";
import type { Project } from "../state/types.ts";
import { type Html, html, link, stateWord } from "./html.ts";

const LISTED = 30;

export async function projectPage(app: App, project: Project): Promise<Html> {
  const path = app.world.pathOf(project);
  const branches = app.repository(project.id).names("refs/heads/");
  const mergeRequests = [...app.world.mergeRequests.values()].filter((mr) => mr.projectId === project.id).reverse();
  const pipelines = app.world.pipelinesOf(project.id).slice(0, LISTED);
  const parent = project.forkedFromId === null ? undefined : app.world.projects.get(project.forkedFromId);
  return html`<h1>${path}</h1>
<p>${project.description} <span class="dim">${project.visibility}${parent ? `, fork of ${app.world.pathOf(parent)}` : ""}</span></p>
<h2>Branches</h2><ul>${branches.map((name) => html`<li>${link(`/${path}/-/tree/${name}`, name)}</li>`)}</ul>
<h2>Merge requests</h2><ul>${mergeRequests.map(
    (mr) => html`<li>${link(`/${path}/-/merge_requests/${mr.iid}`, `!${mr.iid} ${mr.title}`)} ${mr.state}</li>`,
  )}</ul>
<h2>Pipelines</h2><ul>${pipelines.map(
    (each) =>
      html`<li>${link(`/${path}/-/pipelines/${each.id}`, `#${each.id}`)} ${stateWord(each.status)} ${each.ref}</li>`,
  )}</ul>`;
}

export async function treePage(app: App, project: Project, branch: string): Promise<Html | undefined> {
  const repository = app.repository(project.id);
  const sha = await repository.resolve(branch);
  if (sha === undefined) return undefined;
  const entries = (await readTree(repository, sha, { path: "", recursive: true })) ?? [];
  const commits = await repository.revList([`--max-count=${LISTED}`, sha]);
  const path = app.world.pathOf(project);
  const rows = await Promise.all(
    commits.map(async (each) => {
      const title = (await repository.commit(each))?.title ?? "";
      return html`<li>${link(`/${path}/-/commit/${each}`, each.slice(0, 8))} ${title}</li>`;
    }),
  );
  const files = entries.filter((entry) => entry.type !== "tree").map((entry) => html`<li>${entry.path}</li>`);
  return html`<h1>${link(`/${path}`, path)}: ${branch}</h1><h2>Commits</h2><ul>${rows}</ul><h2>Files</h2><ul>${files}</ul>`;
}

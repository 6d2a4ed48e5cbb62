// Finds the page of a path. Pages are public to whoever can reach the double, which listens on loopback.
import type { App } from "../app.ts";
import type { Reply } from "../http/reply.ts";
import type { Project } from "../state/types.ts";
import { commitPage } from "./commit-page.ts";
import { type Html, html, htmlPage, link } from "./html.ts";
import { mergeRequestPage } from "./merge-request-page.ts";
import { jobPage, pipelinePage } from "./pipeline-page.ts";
import { projectPage, treePage } from "./project-page.ts";

type PageMaker = (app: App, project: Project, argument: string) => Promise<Html | undefined>;

const PAGES: readonly { readonly pattern: RegExp; readonly make: PageMaker }[] = [
  { pattern: /^merge_requests\/(\d+)(?:\/pipelines)?$/, make: mergeRequestPage },
  { pattern: /^pipelines\/(\d+)$/, make: pipelinePage },
  { pattern: /^jobs\/(\d+)$/, make: jobPage },
  { pattern: /^commit\/([0-9a-f]{7,40})$/, make: commitPage },
  { pattern: /^tree\/(.+)$/, make: treePage },
];

/** Answers with a page, or 404. */
export async function answerPage(app: App, path: string): Promise<Reply> {
  const page = await findPage(app, decode(path).replace(/\/+$/, ""));
  const body = page ?? html`<h1>404</h1><p>There is nothing at ${path}.</p>`;
  return {
    status: page === undefined ? 404 : 200,
    text: htmlPage(path, body),
    contentType: "text/html; charset=utf-8",
  };
}

async function findPage(app: App, path: string): Promise<Html | undefined> {
  if (path === "") return homePage(app);
  const [projectPath = "", rest] = path.slice(1).split("/-/");
  const project = app.world.projectAt(projectPath);
  if (project === undefined) return undefined;
  if (rest === undefined) return projectPage(app, project);
  for (const { pattern, make } of PAGES) {
    const match = pattern.exec(rest);
    if (match !== null) return make(app, project, match[1] ?? "");
  }
  return undefined;
}

function homePage(app: App): Html {
  const rows = [...app.world.projects.values()].map((project) => {
    const path = app.world.pathOf(project);
    return html`<li>${link(`/${path}`, path)}</li>`;
  });
  return html`<h1>Projects</h1><ul>${rows}</ul>`;
}

function decode(path: string): string {
  try {
    return decodeURIComponent(path);
  } catch {
    return path;
  }
}

// Which project a GitLab payload is about. The same answer decides whether a token covers it and which route serves it.
import { z } from "zod";
import { isProjectPath } from "../../model/project-path.ts";

const text = z.string().nullish().catch(undefined);
const payloadSchema = z.object({
  project: z
    .object({ path_with_namespace: text, git_http_url: text, http_url: text, web_url: text })
    .nullish()
    .catch(undefined),
  // Job hooks of older GitLabs have no `project`.
  repository: z.object({ git_http_url: text, homepage: text }).nullish().catch(undefined),
});

/** The full path of the payload's project; undefined when it names none, or one that is no path. Never throws. */
export function projectPathOf(payload: unknown): string | undefined {
  const parsed = payloadSchema.safeParse(payload);
  if (!parsed.success) return undefined;
  const { project, repository } = parsed.data;
  const path =
    project?.path_with_namespace ??
    pathOfUrl(project?.git_http_url ?? project?.http_url ?? project?.web_url) ??
    pathOfUrl(project ? undefined : (repository?.git_http_url ?? repository?.homepage));
  return path !== undefined && isProjectPath(path) ? path : undefined;
}

function pathOfUrl(url: string | null | undefined): string | undefined {
  if (!url || !URL.canParse(url)) return undefined;
  const { protocol, pathname } = new URL(url);
  if (protocol !== "http:" && protocol !== "https:") return undefined;
  return pathname.slice(1).replace(/\.git$/, "");
}

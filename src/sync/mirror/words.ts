// How the comments name things. Pure.
import type { MergeRequest, Project } from "../../forge/forge.ts";
import { shortSha } from "../../model/ids.ts";
import { inlineCode, neutraliseProse } from "../marks/neutralise.ts";
import { webLink } from "../marks/web-link.ts";

/** What the forge calls it: a merge request, on GitHub a pull request. */
export function kindOf({ forge }: Pick<MergeRequest, "forge">): string {
  return forge === "github" ? "pull request" : "merge request";
}

/** A link to a merge request, e.g. `[rpms/pkg!8](…)`; without a project `[!8](…)`. */
export function linkTo({ forge, iid, webUrl }: MergeRequest, project?: Project): string {
  const path = project ? neutraliseProse(project.path) : "";
  return webLink(`${path}${forge === "github" ? "#" : "!"}${iid}`, webUrl);
}

/** The head of a merge request as short code; words where it is not known. */
export function headOf({ head }: Pick<MergeRequest, "head">): string {
  return head ? inlineCode(shortSha(head)) : "its newest commit";
}

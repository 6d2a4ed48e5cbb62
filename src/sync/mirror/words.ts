// How the comments name things. Pure.
import type { MergeRequest, Project } from "../../forge/forge.ts";
import { shortSha } from "../../model/ids.ts";
import { inlineCode, neutraliseProse } from "../marks/neutralise.ts";
import { webLink } from "../marks/web-link.ts";

/** What the forge calls it: a merge request, on GitHub a pull request. */
export function kindOf({ forge }: Pick<MergeRequest, "forge">): string {
  return forge === "github" ? "pull request" : "merge request";
}

/** Its number as the forge writes it, e.g. `!8`, on GitHub `#8`. */
export function numberOf({ forge, iid }: Pick<MergeRequest, "forge" | "iid">): string {
  return `${forge === "github" ? "#" : "!"}${iid}`;
}

/** A link to a merge request, e.g. `[rpms/pkg!8](…)`; without a project `[!8](…)`. */
export function linkTo(mergeRequest: MergeRequest, project?: Project): string {
  const path = project ? neutraliseProse(project.path) : "";
  return webLink(`${path}${numberOf(mergeRequest)}`, mergeRequest.webUrl);
}

/** The head of a merge request as short code; words where it is not known. */
export function headOf({ head }: Pick<MergeRequest, "head">): string {
  return head ? inlineCode(shortSha(head)) : "its newest commit";
}

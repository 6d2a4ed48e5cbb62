// The commit status `tandem` on the source commit: whether dist-git follows it. Pure.
import type { CommitStatus, MergeRequest, PipelineState } from "../../forge/forge.ts";
import type { Telling } from "./telling.ts";

/** Context of the status. */
const CONTEXT = "tandem";

const STATES: Readonly<Record<Telling["tells"], { readonly state: PipelineState; readonly says: string } | undefined>> =
  {
    "in-step": { state: "success", says: "dist-git follows this commit" },
    "no-effect": { state: "success", says: "This commit changes nothing in dist-git" },
    "source-merged": { state: "success", says: "dist-git has this commit in an open merge request" },
    "dist-merged": { state: "success", says: "The dist-git merge request is merged" },
    waiting: { state: "pending", says: "Waits for a member of the project" },
    "closed-by-hand": { state: "pending", says: "The dist-git merge request was closed by hand" },
    "foreign-branch": { state: "failed", says: "Somebody else's commit is on the branch in dist-git" },
    "dist-moved": { state: "failed", says: "dist-git has commits that source-git lacks" },
    problem: { state: "failed", says: "Something has to be mended: see Tandem's comment" },
    failure: { state: "failed", says: "Something failed: see Tandem's comment" },
    closed: undefined,
    unserved: undefined,
  };

/** The status for what is told; undefined when the commit needs none. The link is stable, as GitLab keeps the first one. */
export function statusOf({ webUrl }: MergeRequest, { tells }: Telling): CommitStatus | undefined {
  const row = STATES[tells];
  return row && { context: CONTEXT, state: row.state, description: row.says, targetUrl: webUrl };
}

// Commit statuses, with GitLab's rules about transitions (docs.gitlab.com/api/commits, "Set commit pipeline status").
import type { Commits } from "@gitbeaker/rest";
import { z } from "zod";
import { TandemError } from "../../model/errors.ts";
import type { Sha } from "../../model/ids.ts";
import type { CommitStatus, StatusResult } from "../forge.ts";
import { parse } from "./answers.ts";
import { commitStatusSchema } from "./schemas.ts";

const MAX_DESCRIPTION = 140;

/**
 * See `Forge.setCommitStatus`. Reads first: after a final state GitLab would add one more row for each call. Only the
 * newest row of the context counts: it is the one that is shown.
 */
export async function setCommitStatus(
  commits: Commits,
  projectId: number,
  sha: Sha,
  status: CommitStatus,
): Promise<StatusResult> {
  const description = [...status.description].slice(0, MAX_DESCRIPTION).join("");
  try {
    const newest = await readNewest(commits, projectId, sha, status.context);
    const same =
      newest?.status === status.state && newest.description === description && newest.target_url === status.targetUrl;
    if (same) return "unchanged";
    const answer: unknown = await commits.editStatus(projectId, sha, status.state, {
      name: status.context,
      description,
      targetUrl: status.targetUrl,
      ...(status.ref === undefined ? {} : { ref: status.ref }),
    });
    // A proxy that says 200 has set nothing, and nobody would ask again.
    parse(commitStatusSchema, answer);
    return "set";
  } catch (thrown) {
    if (!(thrown instanceof TandemError)) throw thrown;
    if (thrown.code === "forge-forbidden" || thrown.code === "forge-not-found") return "denied";
    // The status is there already: "Cannot transition status via :run from :running".
    if (/cannot transition status/i.test(String(thrown.context.description))) return "unchanged";
    throw thrown;
  }
}

async function readNewest(commits: Commits, projectId: number, sha: Sha, context: string) {
  const answer: unknown = await commits.allStatuses(projectId, sha, { name: context });
  return parse(z.array(commitStatusSchema), answer)
    .filter((row) => row.name === context)
    .sort((one, other) => other.id - one.id)[0];
}

// Commit statuses (docs.github.com/en/rest/commits/statuses). GitHub adds a row for each call and shows the newest.
import type { Sha } from "../../model/ids.ts";
import type { CommitStatus, StatusResult } from "../forge.ts";
import { refusalOf, unless } from "../http/answers.ts";
import { NOT_THERE, parse } from "./answers.ts";
import { statusSchema } from "./schemas.ts";
import { fromPipelineState } from "./translate.ts";
import type { Ask } from "./transport.ts";

const MAX_DESCRIPTION = 140;

/** See `Forge.setCommitStatus`. Reads first: a commit takes only 1000 statuses of one context. `ref` is not needed. */
export async function setCommitStatus(ask: Ask, id: number, sha: Sha, status: CommitStatus): Promise<StatusResult> {
  const { context, targetUrl } = status;
  const state = fromPipelineState(status.state);
  const description = [...status.description].slice(0, MAX_DESCRIPTION).join("");
  const newest = await readNewest(ask, id, sha, context);
  if (newest?.state === state && newest.description === description && newest.target_url === targetUrl)
    return "unchanged";
  try {
    const row = { context, state, description, target_url: targetUrl };
    // A proxy that says 200 has set nothing, and nobody would ask again.
    parse(statusSchema, await ask("POST /repositories/{id}/statuses/{sha}", { id, sha, ...row }));
    return "set";
  } catch (thrown) {
    const refusal = refusalOf(thrown);
    if (refusal?.status === 403 || refusal?.status === 404) return "denied";
    // "No commit found for SHA: …": the repository does not know the commit.
    if (refusal?.status === 422 && /no commit found/i.test(refusal.description)) return "denied";
    throw thrown;
  }
}

/** The newest row of a context among the newest hundred; what is older than those is written anew. */
async function readNewest(ask: Ask, id: number, sha: Sha, context: string) {
  const answer = ask("GET /repositories/{id}/commits/{sha}/statuses", { id, sha, per_page: 100 });
  const rows = await unless([...NOT_THERE, 409, 422], answer);
  return rows === undefined ? undefined : parse(statusSchema.array(), rows).find((row) => row.context === context);
}

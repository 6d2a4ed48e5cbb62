// Rides of source-git merge requests on a stage: when the dist-git merge request is there, and when the comment is.
import type { RequestRecord } from "../gitlab-double/state/logs.ts";
import { eventually } from "../support/eventually.ts";
import { type Contribution, contribute, type Package } from "../support/package.ts";
import type { Stage } from "../support/stage.ts";

/** Milliseconds since GitLab sent the webhook. */
export interface RideTimes {
  readonly mergeRequest: number;
  readonly comment: number;
}

/** A merge request that has its pair. */
export interface Ride {
  readonly contribution: Contribution;
  readonly times: RideTimes;
}

const WITHIN_MS = 60_000;
const QUIET_MS = 250;

let contributions = 0;

/** Opens a merge request and waits for the bot's comment on it. */
export async function ride(stage: Stage, pkg: Package): Promise<Ride> {
  const { double, alice, bot } = stage;
  const branch = `fix-${++contributions}`;
  const contribution = await contribute(double, pkg, alice, { branch });
  const { projectId, iid } = contribution.mergeRequest;
  const answered = (method: string, isMeant: (request: RequestRecord) => boolean) =>
    double.logs.requests.find(
      (request) =>
        request.method === method &&
        request.username === bot.user.username &&
        request.status === 201 &&
        isMeant(request),
    );
  const comment = await eventually(
    () => answered("POST", ({ path }) => path.endsWith(`/projects/${projectId}/merge_requests/${iid}/notes`)),
    { withinMs: WITHIN_MS, what: `the comment on !${iid} of ${pkg.name}` },
  );
  const pair = stage.distMergeRequest(pkg, iid);
  const opened = answered("POST", ({ path, requestBody }) => {
    const isHere = path.endsWith(`/projects/${pair?.sourceProjectId}/merge_requests`);
    return isHere && requestBody.includes(`"${pair?.sourceBranch}"`);
  });
  const sent = double.logs.deliveries.find(
    ({ event, payload }) => event === "merge_requests" && isAbout(payload, { projectId, iid }),
  );
  if (!opened || !sent) throw new Error(`!${iid} of ${pkg.name} has no pair`);
  const since = ({ time, durationMs }: RequestRecord) => time + durationMs - sent.time;
  return { contribution, times: { mergeRequest: since(opened), comment: since(comment) } };
}

function isAbout(
  payload: Readonly<Record<string, unknown>>,
  { projectId, iid }: { readonly projectId: number; readonly iid: number },
): boolean {
  const { object_attributes: about } = payload as { object_attributes?: { iid?: number; target_project_id?: number } };
  return about?.iid === iid && about.target_project_id === projectId;
}

/** Resolves when the bot has asked nothing for a while: its jobs after the comment, for the checks, are done. */
export async function untilQuiet({ double }: Stage): Promise<void> {
  for (let seen = -1; seen !== double.logs.requests.length; ) {
    seen = double.logs.requests.length;
    await new Promise((resolve) => setTimeout(resolve, QUIET_MS));
    await double.idle();
  }
}

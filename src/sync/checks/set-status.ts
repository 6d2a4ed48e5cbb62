// Where a commit status of a source merge request can be set, and setting it there.
import type { CommitStatus, Forge, MergeRequest, StatusResult } from "../../forge/forge.ts";
import type { ForgeName, Sha } from "../../model/ids.ts";

/** A project that may take the status, with what has to be said of the commit there. */
export interface StatusPlace {
  readonly forge: ForgeName;
  readonly projectId: number;
  readonly ref?: string;
}

/**
 * The projects to try, in this order. GitHub shows the statuses of the target project. GitLab shows those of the source
 * project: it adds them to the commit's newest pipeline there, or makes one for a branch that holds the commit. In the target
 * project a fork's commit is on no branch, so that GitLab wants a ref (docs.gitlab.com/api/commits). It gets the ref
 * of the merge request, never the name of the contributor's branch: that would file the status under a branch of the target
 * project that happens to have the same name, and be refused where that branch is protected.
 */
export function statusPlaces({ forge, projectId, sourceProjectId, headRef }: MergeRequest): readonly StatusPlace[] {
  if (forge === "github") return [{ forge, projectId }];
  const inSource = sourceProjectId === undefined ? [] : [{ forge, projectId: sourceProjectId }];
  return [...inSource, { forge, projectId, ref: headRef }];
}

/** Remembers which places did not take a status of a commit, so that each further state does not ask in vain. */
export interface StatusMemory {
  isDenied(place: StatusPlace, commit: Sha): boolean;
  deny(place: StatusPlace, commit: Sha): void;
}

/**
 * Makes an empty memory for one process. A place is asked again for the next commit, so rights that were given in the
 * meantime count soon.
 * @param capacity entries to keep; the oldest go first
 */
export function createStatusMemory(capacity = 1_000): StatusMemory {
  const denied = new Set<string>();
  const keyOf = ({ forge, projectId, ref }: StatusPlace, commit: Sha) => `${forge}/${projectId}@${commit} ${ref ?? ""}`;
  return {
    isDenied: (place, commit) => denied.has(keyOf(place, commit)),
    deny(place, commit) {
      denied.add(keyOf(place, commit));
      for (const oldest of denied) {
        if (denied.size <= capacity) break;
        denied.delete(oldest);
      }
    },
  };
}

/**
 * Sets the status in the first place that takes it. `denied`: none does. Whatever else the forge answers is thrown, so that
 * it is tried again or told to the operators.
 */
export async function setStatus(
  { forge, memory }: { readonly forge: Pick<Forge, "setCommitStatus">; readonly memory: StatusMemory },
  commit: Sha,
  places: readonly StatusPlace[],
  status: Omit<CommitStatus, "ref">,
): Promise<StatusResult> {
  for (const place of places) {
    if (memory.isDenied(place, commit)) continue;
    const { projectId, ref } = place;
    const result = await forge.setCommitStatus(projectId, commit, ref === undefined ? status : { ...status, ref });
    if (result !== "denied") return result;
    memory.deny(place, commit);
  }
  return "denied";
}

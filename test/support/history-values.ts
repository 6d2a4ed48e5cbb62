// Jobs and records as the queue keeps them, for tests of what is shown of them: only what a test is about is named.
import type { PairRecord } from "../../src/model/job-record.ts";
import type { KeptJob } from "../../src/queue/history/job-facts.ts";

/** A record of the pair of a source merge request. */
export function pairRecord(iid = 5, given: Partial<PairRecord> = {}): PairRecord {
  const request = { state: "opened", draft: false, branch: "c9s" } as const;
  return {
    v: 1,
    route: "staging",
    source: {
      ...request,
      project: { id: 7, path: "src/acl", isPublic: true },
      iid,
      webUrl: `https://gitlab.test/src/acl/-/merge_requests/${iid}`,
      title: "Fix foo",
      author: "alice",
      createdAt: 1_000,
    },
    dist: {
      project: { id: 8, path: "rpms/acl", isPublic: true },
      request: { ...request, iid: iid + 100, webUrl: `https://gitlab.test/rpms/acl/-/merge_requests/${iid + 100}` },
    },
    checks: "success",
    told: "in-step",
    needsPerson: false,
    opened: false,
    plan: ["decision   follow"],
    steps: [{ name: "observe", seconds: 0.5 }],
    ...given,
  };
}

/** What a handler's outcome with this record becomes in the queue. */
export function outcome(record: unknown, state = "done"): object {
  return { state, summary: "told: in-step", record };
}

/** A mirror job that has ended well, one second after it was added. */
export function keptJob(given: Partial<KeptJob> & { readonly iid?: number; readonly origin?: string } = {}): KeptJob {
  const { iid = 5, origin = "delivery-1", timestamp = 10_000, ...more } = given;
  return {
    id: `${origin}~gitlab/7!${iid}`,
    data: { v: 1, queue: "mirror", forge: "gitlab", projectId: 7, iid, origin },
    timestamp,
    processedOn: timestamp + 100,
    finishedOn: timestamp + 1_000,
    attemptsMade: 1,
    returnvalue: outcome(pairRecord(iid)),
    failedReason: undefined,
    stacktrace: [],
    ...more,
  };
}

// Small webhook payloads as GitLab shapes them, with the fields that matter and some that must not.

/** What a test may want to be different. */
export interface PayloadOptions {
  readonly projectId?: number;
  readonly path?: string;
}

function projectPart({ projectId = 101, path = "group/src/pkg" }: PayloadOptions) {
  return {
    id: projectId,
    name: path.split("/").at(-1),
    path_with_namespace: path,
    web_url: `https://gitlab.test/${path}`,
    git_http_url: `https://gitlab.test/${path}.git`,
    default_branch: "main",
  };
}

/** The payload of a Merge Request Hook. */
export function mergeRequestPayload(
  options: PayloadOptions & {
    readonly iid?: number;
    readonly action?: string | undefined;
    readonly state?: string;
  } = {},
) {
  const { iid = 5, action = "open", state = "opened" } = options;
  return {
    object_kind: "merge_request",
    event_type: "merge_request",
    user: { id: 7, username: "contributor", email: "[REDACTED]" },
    project: projectPart(options),
    object_attributes: {
      id: 9000 + iid,
      iid,
      ...("action" in options && action === undefined ? {} : { action }),
      state,
      title: "Mend the frobnicator",
      description: null,
      source_branch: "mend",
      target_branch: "c9s",
      source_project_id: 202,
      target_project_id: options.projectId ?? 101,
      last_commit: { id: "a".repeat(40) },
    },
    changes: {},
  };
}

/** The payload of a Pipeline Hook. */
export function pipelinePayload(
  options: PayloadOptions & { readonly ref?: string; readonly sha?: string; readonly status?: string } = {},
) {
  const { ref = "src-5-c9s", sha = "b".repeat(40), status = "success" } = options;
  return {
    object_kind: "pipeline",
    user: { id: 8, username: "bot" },
    project: projectPart({ projectId: 303, path: "bot/pkg", ...options }),
    object_attributes: { id: 77, iid: 3, ref, tag: false, sha, status, detailed_status: status, source: "push" },
    merge_request: null,
    builds: [],
  };
}

/** The payload of a Note Hook, for a comment on a merge request. */
export function notePayload(options: PayloadOptions & { readonly iid?: number; readonly note?: string } = {}) {
  const { iid = 5, note = "/tandem sync" } = options;
  return {
    object_kind: "note",
    event_type: "note",
    user: { id: 7, username: "contributor" },
    project_id: options.projectId ?? 101,
    project: projectPart(options),
    object_attributes: {
      id: 1244,
      note,
      noteable_type: "MergeRequest",
      noteable_id: 9000 + iid,
      author_id: 7,
      system: false,
      internal: false,
      action: "create",
    },
    merge_request: { id: 9000 + iid, iid, target_project_id: options.projectId ?? 101, state: "opened" },
  };
}

/** The payload of a Push Hook, for a push to a branch of dist-git. */
export function pushPayload(
  options: PayloadOptions & { readonly ref?: string; readonly before?: string; readonly after?: string } = {},
) {
  const { ref = "refs/heads/c9s", before = "d".repeat(40), after = "e".repeat(40) } = options;
  const isGone = /^0+$/.test(after);
  return {
    object_kind: "push",
    event_name: "push",
    before,
    after,
    ref,
    checkout_sha: isGone ? null : after,
    user_username: "maintainer",
    project_id: options.projectId ?? 404,
    project: projectPart({ projectId: 404, path: "group/rpms/pkg", ...options }),
    commits: isGone ? [] : [{ id: after, message: "Rebuild", added: [], modified: ["pkg.spec"], removed: [] }],
    total_commits_count: isGone ? 0 : 1,
  };
}

/** A payload of any other event of a project. */
export function otherPayload(kind: string, options: PayloadOptions = {}) {
  return { object_kind: kind, project: projectPart(options) };
}

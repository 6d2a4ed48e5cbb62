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

/** A payload of any other event of a project. */
export function otherPayload(kind: string, options: PayloadOptions = {}) {
  return { object_kind: kind, project: projectPart(options) };
}

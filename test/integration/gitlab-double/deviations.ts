// Where GitLab's schemas and examples are known not to say what GitLab sends. One list; each entry has its reason.

/** Names that the API sends although the (older) fixture schema closes the object. By schema file. */
export const FIXTURE_EXTRAS: Readonly<Record<string, readonly string[]>> = {
  // The current entity has them; the fixture is from before.
  "public_api/v4/branch.json": ["can_push", "default", "web_url"],
  "public_api/v4/job.json": ["failure_reason"],
  "public_api/v4/notes.json": ["internal", "imported", "imported_from", "project_id"],
  "public_api/v4/project_hook.json": [
    "name",
    "description",
    "branch_filter_strategy",
    "custom_headers",
    "feature_flag_events",
    "milestone_events",
    "resource_access_token_events",
  ],
};

/** Names in answers that OpenAPI does not have, by OpenAPI path. */
export const OPENAPI_EXTRAS: Readonly<Record<string, readonly string[]>> = {
  // The subset's `/user` was patched by the author of the conversion and knows six names only.
  "/api/v4/user": [
    "state",
    "locked",
    "avatar_url",
    "web_url",
    "created_at",
    "bot",
    "location",
    "job_title",
    "commit_email",
    "namespace_id",
    "can_create_group",
    "can_create_project",
    "two_factor_enabled",
    "external",
    "private_profile",
  ],
};

/** Properties that OpenAPI describes as one object although GitLab sends a list of them. */
export const OPENAPI_LISTS: readonly string[] = ["assignees", "reviewers", "approved_by"];

/** Keys that our payloads have and the documentation's examples lack: sent by newer versions, or by every one. */
export const PAYLOAD_EXTRAS: Readonly<Record<string, readonly RegExp[]>> = {
  merge_request: [
    // Sent on pushes only; the example is an "open".
    /^object_attributes\.oldrev$/,
    // The merge request's builder sends them; the example was shortened.
    /^object_attributes\.(head_pipeline_id|merge_commit_sha|merge_user_id|merge_when_pipeline_succeeds)$/,
    /^object_attributes\.(time_estimate|updated_by_id)$/,
    /^object_attributes\.(source|target)\.(id|ci_config_path)$/,
    // Which fields changed differs from event to event.
    /^changes\./,
  ],
  push: [/^(message|push_options)$/, /^project\.ci_config_path$/],
  pipeline: [
    // Named in FACTS.md, section 1.
    /^object_attributes\.(detailed_status|queued_duration|protected_ref)$/,
    /^project\.ci_config_path$/,
    /^commit\.title$/,
  ],
  note_on_merge_request: [
    // Named in FACTS.md, section 1 (note_builder.rb).
    /^object_attributes\.(discussion_id|internal|type|description|position|original_position|change_position)$/,
    /^object_attributes\.(resolved_at|resolved_by_id|resolved_by_push|updated_by_id)$/,
    // The example shows a part of the merge request's attributes.
    /^merge_request\./,
    /^project\.ci_config_path$/,
  ],
};

/** Keys of the examples that our payloads do not have. */
export const PAYLOAD_MISSING: Readonly<Record<string, readonly RegExp[]>> = {
  merge_request: [/^changes\./],
  push: [],
  // Only a child pipeline has a parent. Runners and environments are not modelled.
  pipeline: [/^source_pipeline/, /^builds\[\]\.(runner|environment)\./, /^object_attributes\.variables\[\]/],
  // `position` is the order of old issue boards, `assignee` the person behind `assignee_id`.
  note_on_merge_request: [/^merge_request\.(position|assignee)/],
};

/** Operations that GitLab has and its OpenAPI description (or the subset at hand) leaves out. */
export const NOT_IN_OPENAPI: readonly { readonly method: string; readonly path: RegExp }[] = [
  // Notes are not described at all.
  { method: "GET", path: /\/merge_requests\/\d+\/notes$/ },
  { method: "POST", path: /\/merge_requests\/\d+\/notes$/ },
  { method: "PUT", path: /\/merge_requests\/\d+\/notes\/\d+$/ },
  // Groups' hooks, namespaces and users are not described, and of groups not the group itself.
  { method: "GET", path: /\/groups\/[^/]+(\/hooks)?$/ },
  { method: "POST", path: /\/groups\/[^/]+\/hooks(\/\d+\/test\/push_events)?$/ },
  { method: "PUT", path: /\/groups\/[^/]+\/hooks\/\d+$/ },
  { method: "DELETE", path: /\/groups\/[^/]+\/hooks\/\d+$/ },
  { method: "GET", path: /\/(namespaces\/[^/]+|users|users\/\d+\/projects)$/ },
  // Described for merge requests and issues, not for the notes on them.
  { method: "POST", path: /\/notes\/\d+\/award_emoji$/ },
];

/** Parameters that GitLab reads and its OpenAPI description leaves out. */
export const PARAMETERS_NOT_IN_OPENAPI: readonly {
  readonly method: string;
  readonly path: RegExp;
  readonly names: readonly string[];
}[] = [
  // The list is paged like any other (lib/api/merge_requests.rb).
  { method: "GET", path: /\/merge_requests\/\d+\/pipelines$/, names: ["page", "per_page"] },
];

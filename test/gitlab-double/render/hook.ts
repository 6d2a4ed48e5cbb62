// Hooks and their deliveries as the API shows them. Tokens are never shown.

import type { Hook, HookEvent } from "../state/hook-types.ts";
import type { Delivery } from "../state/logs.ts";
import { alertStatus } from "../webhooks/hook-health.ts";

export function renderHook(hook: Hook) {
  const on = (event: HookEvent): boolean => hook.events.includes(event);
  const until = hook.disabledUntil;
  return {
    id: hook.id,
    url: hook.url,
    name: hook.name,
    description: hook.description,
    created_at: hook.createdAt,
    push_events: on("push"),
    tag_push_events: on("tag_push"),
    merge_requests_events: on("merge_requests"),
    repository_update_events: false,
    enable_ssl_verification: hook.sslVerification,
    alert_status: alertStatus(hook),
    disabled_until: until > Date.now() && Number.isFinite(until) ? new Date(until).toISOString() : null,
    url_variables: [],
    push_events_branch_filter: hook.branchFilter,
    branch_filter_strategy: "wildcard",
    custom_webhook_template: null,
    custom_headers: [],
    ...(hook.owner.kind === "project" ? { project_id: hook.owner.id } : { group_id: hook.owner.id }),
    issues_events: on("issues"),
    confidential_issues_events: false,
    note_events: on("note"),
    confidential_note_events: false,
    pipeline_events: on("pipeline"),
    wiki_page_events: false,
    deployment_events: false,
    feature_flag_events: false,
    job_events: on("job"),
    releases_events: on("releases"),
    milestone_events: false,
    emoji_events: false,
    resource_access_token_events: false,
    ...(hook.owner.kind === "project" ? {} : { subgroup_events: false, member_events: false }),
  };
}

/** A delivery as the hook's event list shows it. */
export function renderDelivery(delivery: Delivery) {
  return {
    id: delivery.id,
    url: delivery.url,
    trigger: `${delivery.event}_hooks`,
    request_headers: { ...delivery.headers, "X-Gitlab-Token": "[REDACTED]" },
    request_data: delivery.payload,
    response_headers: delivery.responseHeaders,
    response_body: delivery.responseBody,
    execution_duration: delivery.durationMs / 1000,
    response_status: String(delivery.responseStatus ?? "internal error"),
  };
}

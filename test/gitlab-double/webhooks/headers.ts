// Headers of a delivery (GitLab's web_hook_service.rb).
import { randomUUID } from "node:crypto";
import type { App } from "../app.ts";
import type { Hook, HookEvent } from "../state/hook-types.ts";

/** GitLab's name of each event in `X-Gitlab-Event`. */
export const EVENT_NAMES: Readonly<Record<HookEvent, string>> = {
  push: "Push Hook",
  tag_push: "Tag Push Hook",
  merge_requests: "Merge Request Hook",
  note: "Note Hook",
  pipeline: "Pipeline Hook",
  job: "Job Hook",
  issues: "Issue Hook",
  releases: "Release Hook",
};

/** All headers except the signature, which is made at the time of sending. */
export function hookHeaders(
  app: App,
  hook: Hook,
  event: HookEvent,
  ids: { readonly key: string; readonly chain: string },
): Record<string, string> {
  return {
    "Content-Type": "application/json",
    "User-Agent": `GitLab/${app.settings.version}`,
    "Idempotency-Key": ids.key,
    "X-Gitlab-Event": EVENT_NAMES[event],
    "X-Gitlab-Webhook-UUID": randomUUID(),
    "X-Gitlab-Instance": app.url,
    "X-Gitlab-Event-UUID": ids.chain,
    ...(hook.token === null ? {} : { "X-Gitlab-Token": hook.token }),
  };
}

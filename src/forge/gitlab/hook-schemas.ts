// GitLab's answers about webhooks: what Tandem uses of them. Source: docs.gitlab.com/api/project_webhooks, group_webhooks.
import { z } from "zod";
import { HOOK_EVENTS, type Hook, type HookEvent } from "../hook-admin.ts";

/** GitLab's names of the events. */
export const EVENT_FLAGS: Readonly<Record<HookEvent, string>> = {
  "merge-request": "merge_requests_events",
  note: "note_events",
  pipeline: "pipeline_events",
  push: "push_events",
};

/** Loose: which further events there are differs from version to version. */
export const hookSchema = z.looseObject({
  id: z.int(),
  url: z.string(),
  // Since 17.1.
  description: z.string().nullish(),
  enable_ssl_verification: z.boolean(),
  push_events_branch_filter: z.string().nullish(),
  alert_status: z.string().nullish(),
  disabled_until: z.string().nullish(),
});

export const namespacePlanSchema = z.object({ plan: z.string().nullish() });

export const forkSchema = z.object({
  path_with_namespace: z.string(),
  namespace: z.object({ full_path: z.string() }),
  forked_from_project: z.object({ path_with_namespace: z.string() }).nullish(),
});

/** A hook in the port's words. A state that is not known here is no reason to think it disabled. */
export function toHook(raw: z.infer<typeof hookSchema>): Hook {
  const known = Object.values(EVENT_FLAGS);
  const others = Object.keys(raw).filter((key) => key.endsWith("_events") && raw[key] === true && !known.includes(key));
  const until = Date.parse(raw.disabled_until ?? "");
  return {
    id: raw.id,
    url: raw.url,
    description: raw.description ?? "",
    events: HOOK_EVENTS.filter((event) => raw[EVENT_FLAGS[event]] === true),
    otherEvents: others,
    checksCertificate: raw.enable_ssl_verification,
    branchFilter: raw.push_events_branch_filter ?? "",
    state: STATES[raw.alert_status ?? ""] ?? "enabled",
    pausedUntil: Number.isNaN(until) ? undefined : until,
  };
}

const STATES: Readonly<Record<string, Hook["state"]>> = { temporarily_disabled: "paused", disabled: "disabled" };

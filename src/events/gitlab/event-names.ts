// The names that GitLab puts into the X-Gitlab-Event header.
// https://docs.gitlab.com/user/project/integrations/webhook_events/

/** Events that lead to work. */
export const HANDLED = ["Merge Request Hook", "Note Hook", "Pipeline Hook", "Push Hook"] as const;

/** Events about a project that Tandem has no use for. */
const OF_A_PROJECT = [
  "Tag Push Hook",
  "Issue Hook",
  "Confidential Issue Hook",
  "Confidential Note Hook",
  "Wiki Page Hook",
  "Job Hook",
  "Deployment Hook",
  "Feature Flag Hook",
  "Release Hook",
  "Milestone Hook",
  "Emoji Hook",
  "Vulnerability Hook",
] as const;

/** Events about a group or the whole instance: their payload may name no project. */
const OF_NO_PROJECT = [
  "System Hook",
  "Member Hook",
  "Subgroup Hook",
  "Project Hook",
  "Resource Access Token Hook",
] as const;

/** All names that GitLab is known to send. */
export const KNOWN_EVENTS: readonly string[] = [...HANDLED, ...OF_A_PROJECT, ...OF_NO_PROJECT];

/** Whether a payload of this event names its project. Of an unknown event nothing is known. */
export function namesProject(eventName: string): boolean {
  return [...HANDLED, ...OF_A_PROJECT].some((name) => name === eventName);
}

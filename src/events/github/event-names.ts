// The names that GitHub puts into the X-GitHub-Event header, as far as anything is said about them.
// https://docs.github.com/en/webhooks/webhook-events-and-payloads

/** Events that lead to work, and the one that says that a hook works. */
export const HANDLED = ["pull_request", "issue_comment", "ping"] as const;

/** Events that a hook which is set to "send me everything" sends often. Nothing follows from them. */
const NOT_HANDLED = [
  "branch_protection_rule",
  "check_run",
  "check_suite",
  "commit_comment",
  "create",
  "delete",
  "deployment",
  "deployment_status",
  "discussion",
  "discussion_comment",
  "fork",
  "installation",
  "installation_repositories",
  "issues",
  "label",
  "member",
  "meta",
  "milestone",
  "public",
  "pull_request_review",
  "pull_request_review_comment",
  "pull_request_review_thread",
  "push",
  "release",
  "repository",
  "star",
  "status",
  "watch",
  "workflow_job",
  "workflow_run",
] as const;

/** All names that are shown in logs and metrics as they are. */
export const KNOWN_GITHUB_EVENTS: readonly string[] = [...HANDLED, ...NOT_HANDLED];

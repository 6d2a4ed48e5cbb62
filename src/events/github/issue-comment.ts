// GitHub's payload of a comment on an issue or on the conversation of a pull request.
import { z } from "zod";
import { isCommand } from "../../model/commands.ts";
import { type Ignored, ignored, type MergeRequestChanged } from "../../model/events.ts";
import { repositorySchema } from "./repository.ts";

const payloadSchema = z.object({
  action: z.string(),
  repository: repositorySchema,
  issue: z.object({
    number: z.int().positive(),
    // An object on a pull request, absent on an issue: only its presence counts.
    pull_request: z.unknown().optional(),
  }),
  comment: z.object({ body: z.string().nullish() }),
});

/** Whose text may be new. */
const ACTIONS = ["created", "edited"];

/**
 * Parses the payload of an `issue_comment` event. Only a command is worth a look at the pull request; who wrote it, and
 * whether that person may, is decided by the worker.
 */
export function parseIssueComment(payload: unknown, commandPrefix: string): MergeRequestChanged | Ignored | z.ZodError {
  const parsed = payloadSchema.safeParse(payload);
  if (!parsed.success) return parsed.error;
  const { action, repository, issue, comment } = parsed.data;
  if (!issue.pull_request) return ignored("The comment is not on a pull request");
  if (!ACTIONS.includes(action)) return ignored("Only new and edited comments are read");
  if (!isCommand(comment.body ?? "", commandPrefix)) return ignored("The comment is no command");
  return {
    kind: "merge-request-changed",
    forge: "github",
    projectId: repository.id,
    projectPath: repository.full_name,
    iid: issue.number,
  };
}

// GitHub's pull request payload. Action, state, title and the rest are not read: the worker reads the pull request anew.
import { z } from "zod";
import type { MergeRequestChanged } from "../../model/events.ts";
import { repositorySchema } from "./repository.ts";

const payloadSchema = z.object({
  repository: repositorySchema,
  pull_request: z.object({ number: z.int().positive() }),
});

/** Parses the payload of a `pull_request` event. Its `repository` is the one that the pull request is for. */
export function parsePullRequest(payload: unknown): MergeRequestChanged | z.ZodError {
  const parsed = payloadSchema.safeParse(payload);
  if (!parsed.success) return parsed.error;
  const { repository, pull_request } = parsed.data;
  return {
    kind: "merge-request-changed",
    forge: "github",
    projectId: repository.id,
    projectPath: repository.full_name,
    iid: pull_request.number,
  };
}

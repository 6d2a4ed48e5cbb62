// GitLab's push payload. Commits are not read: the worker looks at the branch as it is then.
import { z } from "zod";
import { isBranchName } from "../../model/branch-name.ts";
import { type BranchPushed, type Ignored, ignored } from "../../model/events.ts";

const payloadSchema = z.object({
  object_kind: z.literal("push"),
  project: z.object({ id: z.int().positive() }),
  ref: z.string(),
  after: z.string(),
});

const BRANCHES = "refs/heads/";

/** Parses the payload of a Push Hook. A push without commits counts: it may be a new branch that somebody waits for. */
export function parsePush(payload: unknown, projectPath: string): BranchPushed | Ignored | z.ZodError {
  const parsed = payloadSchema.safeParse(payload);
  if (!parsed.success) return parsed.error;
  const { project, ref, after } = parsed.data;
  if (!ref.startsWith(BRANCHES)) return ignored("The push is not to a branch");
  if (/^0+$/.test(after)) return ignored("The branch was deleted");
  const branch = ref.slice(BRANCHES.length);
  if (!isBranchName(branch)) return ignored("The branch's name is none that git accepts");
  return { kind: "branch-pushed", forge: "gitlab", projectId: project.id, projectPath, branch };
}

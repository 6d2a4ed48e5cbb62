// The repository that a GitHub payload is about.
import { z } from "zod";
import { isProjectPath } from "../../model/project-path.ts";

/** Id and full name. The full name decides which route serves it. */
export const repositorySchema = z.object({
  id: z.int().positive(),
  full_name: z.string().refine(isProjectPath, "expected a repository's full name"),
});

/** The full name of the payload's repository; undefined when it names none. Never throws. */
export function repositoryNameOf(payload: unknown): string | undefined {
  return z.object({ repository: repositorySchema }).safeParse(payload).data?.repository.full_name;
}

// GitLab's answers: only the fields that Tandem uses, parsed at the door. Source: docs.gitlab.com/api/rest.
import { z } from "zod";
import { parseSha, type Sha } from "../../model/ids.ts";

const sha = z.string().transform((text, context): Sha => {
  const parsed = parseSha(text);
  if (parsed) return parsed;
  context.addIssue({ code: "custom", message: "expected a full object id" });
  return z.NEVER;
});

export const userSchema = z.object({ id: z.int(), username: z.string(), name: z.string() });

export const projectSchema = z.object({
  id: z.int(),
  path_with_namespace: z.string(),
  web_url: z.string(),
  http_url_to_repo: z.string(),
  import_status: z.string().nullish(),
  forked_from_project: z.object({ id: z.int() }).nullish(),
  namespace: z.object({ full_path: z.string() }).nullish(),
});

export const mergeRequestSchema = z.object({
  iid: z.int(),
  project_id: z.int(),
  state: z.enum(["opened", "closed", "merged", "locked"]),
  draft: z.boolean().nullish(),
  title: z.string(),
  description: z.string().nullish(),
  web_url: z.string(),
  author: userSchema,
  source_branch: z.string(),
  target_branch: z.string(),
  source_project_id: z.int().nullish(),
  sha: sha.nullish(),
});

export const noteSchema = z.object({
  id: z.int(),
  body: z.string(),
  system: z.boolean(),
  author: z.object({ id: z.int() }).nullish(),
});

export const commitSchema = z.object({ id: sha, message: z.string() });
export const branchSchema = z.object({ commit: commitSchema });

export const pipelineSchema = z.object({
  id: z.int(),
  project_id: z.int(),
  sha,
  ref: z.string().nullish(),
  // Not an enum: states that GitLab invents later must not break anything.
  status: z.string(),
  source: z.string().nullish(),
  web_url: z.string(),
});

export const commitStatusSchema = z.object({
  name: z.string(),
  status: z.string(),
  description: z.string().nullish(),
  target_url: z.string().nullish(),
});

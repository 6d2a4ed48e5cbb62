// GitLab's answers: only the fields that Tandem uses, parsed at the door. Source: docs.gitlab.com/api/rest.
import { z } from "zod";
import { shaSchema as sha } from "../fields.ts";

/** A time in ISO 8601, as milliseconds since the epoch. */
const time = z.string().transform((text, context): number => {
  const parsed = Date.parse(text);
  if (!Number.isNaN(parsed)) return parsed;
  context.addIssue({ code: "custom", message: "expected a time" });
  return z.NEVER;
});

export const userSchema = z.object({ id: z.int(), username: z.string(), name: z.string() });

/** GitLab's number of the role Developer. */
export const DEVELOPER = 30;

export const memberSchema = z.object({ access_level: z.int() });

export const projectSchema = z.object({
  id: z.int(),
  path_with_namespace: z.string(),
  web_url: z.string(),
  http_url_to_repo: z.string(),
  import_status: z.string().nullish(),
  visibility: z.string().nullish(),
  // Who may see the merge requests of a project that they may see: `enabled` everybody.
  merge_requests_access_level: z.string().nullish(),
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
  created_at: time,
  source_branch: z.string(),
  target_branch: z.string(),
  source_project_id: z.int().nullish(),
  sha: sha.nullish(),
  has_conflicts: z.boolean().nullish(),
  merge_when_pipeline_succeeds: z.boolean().nullish(),
  detailed_merge_status: z.string().nullish(),
  user_notes_count: z.int().nullish(),
});

/** What a list over several projects tells of each. */
export const listedMergeRequestSchema = mergeRequestSchema
  .pick({ iid: true, project_id: true, state: true, description: true, author: true })
  .extend({ updated_at: time, references: z.object({ full: z.string() }) });

export const listedProjectSchema = z.object({
  id: z.int(),
  path_with_namespace: z.string(),
  last_activity_at: time,
});

export const noteSchema = z.object({
  id: z.int(),
  body: z.string(),
  system: z.boolean(),
  internal: z.boolean().nullish(),
  // The older word for the same.
  confidential: z.boolean().nullish(),
  author: userSchema.nullish(),
  created_at: time,
  updated_at: time,
});

export const commitSchema = z.object({
  id: sha,
  parent_ids: z.array(sha).nullish(),
  message: z.string(),
  committer_email: z.string().nullish(),
});
export const branchNameSchema = z.object({ name: z.string() });
export const branchSchema = z.object({ commit: commitSchema });

export const pipelineSchema = z.object({
  id: z.int(),
  project_id: z.int(),
  sha,
  ref: z.string().nullish(),
  // Not an enum: states that GitLab invents later must not break anything.
  status: z.string(),
  source: z.string().nullish(),
  created_at: time,
  web_url: z.string(),
});

export const jobSchema = z.object({
  id: z.int(),
  name: z.string(),
  status: z.string(),
  allow_failure: z.boolean().nullish(),
  duration: z.number().nullish(),
  web_url: z.string().nullish(),
});

export const bridgeSchema = jobSchema.extend({
  downstream_pipeline: z
    .object({ id: z.int(), project_id: z.int(), status: z.string(), web_url: z.string() })
    .nullish(),
});

export const commitStatusSchema = z.object({
  id: z.int(),
  name: z.string(),
  ref: z.string().nullish(),
  status: z.string(),
  description: z.string().nullish(),
  target_url: z.string().nullish(),
  allow_failure: z.boolean().nullish(),
  started_at: time.nullish(),
  finished_at: time.nullish(),
  // Older servers do not say to which pipeline a status belongs.
  pipeline_id: z.int().nullish(),
});

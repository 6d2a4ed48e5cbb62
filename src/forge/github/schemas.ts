// GitHub's answers: only the fields that Tandem uses, parsed at the door. Source: docs.github.com/en/rest.
import { z } from "zod";
import { shaSchema as sha } from "../fields.ts";

const time = z.iso.datetime({ offset: true }).transform((text) => Date.parse(text));

/** Only the account that is asked for by itself has a name. */
export const userSchema = z.object({ id: z.int(), login: z.string(), name: z.string().nullish() });

export const repositorySchema = z.object({
  id: z.int(),
  full_name: z.string(),
  html_url: z.string(),
  clone_url: z.string(),
  owner: userSchema,
  fork: z.boolean(),
  private: z.boolean(),
  /** Only where a repository is read by itself. */
  parent: z.object({ id: z.int() }).nullish(),
  default_branch: z.string(),
  created_at: time,
});

/** What a list of forks tells of each. */
export const forkSchema = z.object({ id: z.int(), owner: z.object({ id: z.int() }) });

export const pullRequestSchema = z.object({
  number: z.int(),
  state: z.enum(["open", "closed"]),
  draft: z.boolean().nullish(),
  title: z.string(),
  body: z.string().nullish(),
  html_url: z.string(),
  user: userSchema.nullish(),
  created_at: time,
  head: z.object({ ref: z.string(), sha, repo: z.object({ id: z.int() }).nullish() }),
  base: z.object({ ref: z.string(), repo: z.object({ id: z.int() }) }),
  merged_at: z.string().nullish(),
  auto_merge: z.unknown(),
  // Lists have neither of these.
  mergeable: z.boolean().nullish(),
  comments: z.int().nullish(),
});

/** An issue as GitHub's search tells of it; every pull request is one. */
export const foundPullRequestSchema = z.object({
  number: z.int(),
  state: z.enum(["open", "closed"]),
  body: z.string().nullish(),
  user: userSchema.nullish(),
  created_at: time,
  updated_at: time,
  /** Ends with the full name of the repository. */
  repository_url: z.string(),
  pull_request: z.object({ merged_at: z.string().nullish() }).nullish(),
});

export const listedRepositorySchema = z.object({
  id: z.int(),
  full_name: z.string(),
  archived: z.boolean().nullish(),
  /** Null when nothing was ever pushed. */
  pushed_at: time.nullish(),
});

export const commentSchema = z.object({
  id: z.int(),
  body: z.string().nullish(),
  user: userSchema.nullish(),
  created_at: time,
  updated_at: time,
});

const parents = z.array(z.object({ sha }));
const committer = z.object({ email: z.string().nullish() }).nullish();

/** A commit of the git database. */
export const commitSchema = z.object({ sha, message: z.string(), committer, parents });

export const branchSchema = z.object({
  name: z.string(),
  commit: z.object({ sha, parents, commit: z.object({ message: z.string(), committer }) }),
});

export const contentSchema = z.object({ type: z.string() });

export const permissionSchema = z.object({ permission: z.string(), user: z.object({ id: z.int() }).nullish() });

export const statusSchema = z.object({
  context: z.string(),
  state: z.string(),
  description: z.string().nullish(),
  target_url: z.string().nullish(),
});

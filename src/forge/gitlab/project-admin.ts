// Groups and projects on GitLab, for whoever sets up packages.
import { Groups, Projects } from "@gitbeaker/rest";
import { z } from "zod";
import { userError } from "../../model/errors.ts";
import { refusalOf, unless } from "../http/answers.ts";
import type { ProjectAdmin } from "../project-admin.ts";
import { NOT_THERE, parse } from "./answers.ts";
import { projectSchema } from "./schemas.ts";
import { type GitLabOptions, gitlabSettings } from "./settings.ts";
import { toProject } from "./translate.ts";

const groupSchema = z.object({
  id: z.int(),
  full_path: z.string(),
  visibility: z.enum(["private", "internal", "public"]),
});
const branchSchema = z.object({ default_branch: z.string().nullish(), empty_repo: z.boolean().nullish() });

const MAY_NOT_CREATE: readonly number[] = [400, 403, 404];

/** Makes the port for one GitLab. */
export function createGitLabProjectAdmin(options: GitLabOptions): ProjectAdmin {
  const settings = gitlabSettings(options);
  const groups = new Groups(settings);
  const projects = new Projects(settings);
  return {
    async findGroup(path) {
      const answer = await unless(NOT_THERE, groups.show(path, { withProjects: false }));
      if (answer === undefined) return undefined;
      const { id, full_path, visibility } = parse(groupSchema, answer);
      return { id, path: full_path, visibility };
    },
    async createProject({ id, path, visibility }, name) {
      try {
        const answer: unknown = await projects.create({ namespaceId: id, path: name, name, visibility });
        return toProject(parse(projectSchema, answer));
      } catch (thrown) {
        // A name that is taken is refused like any other; and an answer may have got lost.
        const made = await unless(NOT_THERE, projects.show(`${path}/${name}`));
        if (made !== undefined) return toProject(parse(projectSchema, made));
        const refusal = refusalOf(thrown);
        if (!refusal || !MAY_NOT_CREATE.includes(refusal.status)) throw thrown;
        throw userError("project-refused", `GitLab did not create ${path}/${name}: ${refusal.description}`, {
          fix: `Use the token of somebody with the role Maintainer in ${path}, or create the project by hand.`,
          cause: thrown,
        });
      }
    },
    async readDefaultBranch(projectId) {
      const { default_branch, empty_repo } = parse(branchSchema, await projects.show(projectId));
      return empty_repo ? undefined : (default_branch ?? undefined);
    },
    async setDefaultBranch(projectId, branch) {
      await projects.edit(projectId, { defaultBranch: branch });
    },
  };
}

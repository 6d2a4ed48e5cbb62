// The bot's fork of a project: recognised by what it was forked from, because source-git and dist-git repositories of
// one package have the same name and the bot may own forks of both.
import type { Projects } from "@gitbeaker/rest";
import { z } from "zod";
import { TandemError } from "../../model/errors.ts";
import { projectName } from "../../model/project-path.ts";
import type { Project, User } from "../forge.ts";
import { parse } from "./answers.ts";
import { projectSchema } from "./schemas.ts";
import { toProject } from "./translate.ts";

/** See `Forge.findOwnFork`. */
export async function findOwnFork(projects: Projects, parent: Project, owner: User): Promise<Project | undefined> {
  const answer: unknown = await projects.allForks(parent.id, { owned: true });
  const fork = parse(z.array(projectSchema), answer).find(
    (raw) => raw.forked_from_project?.id === parent.id && raw.namespace?.full_path === owner.username,
  );
  return fork && toProject(fork);
}

/**
 * See `Forge.createFork`. The parent's name is tried first, then one with the parent's id, which cannot be taken by a
 * fork of another project. GitLab also answers 409 when a fork was made by a request whose answer got lost.
 */
export async function createFork(projects: Projects, parent: Project, owner: User): Promise<Project> {
  const name = projectName(parent.path);
  for (const path of [name, `${name}-${parent.id}`]) {
    try {
      const answer: unknown = await projects.fork(parent.id, { namespacePath: owner.username, path, name: path });
      return toProject(parse(projectSchema, answer));
    } catch (thrown) {
      if (!(thrown instanceof TandemError && thrown.code === "forge-conflict")) throw thrown;
      const made = await findOwnFork(projects, parent, owner);
      if (made) return made;
    }
  }
  throw new TandemError(
    "user",
    `The bot cannot fork ${parent.path}: the names ${name} and ${name}-${parent.id} are taken`,
    {
      code: "fork-name-taken",
      fix: `Rename or remove the project in the namespace of ${owner.username} that has one of these names.`,
    },
  );
}

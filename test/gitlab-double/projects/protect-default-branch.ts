// GitLab protects a new project's default branch: Maintainers may push and merge, nobody may force.
import type { App } from "../app.ts";
import { MAINTAINER } from "../state/access.ts";
import type { Project, ProtectedBranch } from "../state/types.ts";

/** Protects a branch (name or pattern) and returns the protection. */
export function protectBranch(app: App, project: Project, protection: Omit<ProtectedBranch, "id">): ProtectedBranch {
  project.protectedBranches = project.protectedBranches.filter((each) => each.name !== protection.name);
  const added = { id: app.world.nextId("protectedBranch"), ...protection };
  project.protectedBranches.push(added);
  return added;
}

export function protectDefaultBranch(app: App, project: Project): void {
  const name = project.defaultBranch;
  if (name === null || project.protectedBranches.some((each) => each.name === name)) return;
  protectBranch(app, project, { name, pushLevel: MAINTAINER, mergeLevel: MAINTAINER, allowForcePush: false });
}

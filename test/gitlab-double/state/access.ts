// Who may do what: GitLab's levels, summed over project, groups above it and ownership of a user namespace.
import type { Namespace, Project, User, Visibility } from "./types.ts";
import type { World } from "./world.ts";

export const GUEST = 10;
export const REPORTER = 20;
export const DEVELOPER = 30;
export const MAINTAINER = 40;
export const OWNER = 50;

/** The user's level in a namespace; 0 when there is none. */
export function namespaceLevel(world: World, user: User | undefined, namespace: Namespace): number {
  if (user === undefined) return 0;
  if (user.admin) return OWNER;
  const levels = world.namespaceChain(namespace.id).map((each) => {
    if (each.ownerId === user.id) return OWNER;
    return world.members.get(`group:${each.id}`)?.get(user.id) ?? 0;
  });
  return Math.max(0, ...levels);
}

/** The user's level in a project; 0 when there is none. */
export function projectLevel(world: World, user: User | undefined, project: Project): number {
  if (user === undefined) return 0;
  const direct = world.members.get(`project:${project.id}`)?.get(user.id) ?? 0;
  return Math.max(direct, namespaceLevel(world, user, world.namespaceOf(project.namespaceId)));
}

/** True when the project exists for this user. What does not is answered with 404. */
export function maySee(world: World, user: User | undefined, project: Project): boolean {
  return visibleTo(project.visibility, user) || projectLevel(world, user, project) >= GUEST;
}

/** True when the group exists for this user. */
export function maySeeNamespace(world: World, user: User | undefined, namespace: Namespace): boolean {
  return visibleTo(namespace.visibility, user) || namespaceLevel(world, user, namespace) >= GUEST;
}

function visibleTo(visibility: Visibility, user: User | undefined): boolean {
  return visibility === "public" || (visibility === "internal" && user !== undefined);
}

/** True when the branch name is covered by a protection of this name, in which `*` stands for anything. */
export function protectionCovers(protectedName: string, branch: string): boolean {
  const pattern = protectedName.split("*").map((part) => part.replace(/[.*+?^${}()|[\]\\]/g, "\\$&"));
  return new RegExp(`^${pattern.join(".*")}$`).test(branch);
}

/** True when the branch is protected in the project. */
export function isProtected(project: Project, branch: string): boolean {
  return project.protectedBranches.some((each) => protectionCovers(each.name, branch));
}

/** True when the user may bring commits to the branch by this way: Developer, and what a protection demands. */
export function mayWriteBranch(
  world: World,
  user: User | undefined,
  project: Project,
  target: { readonly branch: string; readonly by: "push" | "merge" },
): boolean {
  const level = projectLevel(world, user, project);
  if (level < DEVELOPER) return false;
  const covering = project.protectedBranches.filter((each) => protectionCovers(each.name, target.branch));
  if (covering.length === 0) return true;
  return covering.some((each) => {
    const needed = target.by === "push" ? each.pushLevel : each.mergeLevel;
    return needed !== 0 && level >= needed;
  });
}

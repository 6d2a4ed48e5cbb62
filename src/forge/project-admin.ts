// The port to what setting up packages needs of a forge, beside the operations of jobs. Adapter: gitlab/project-admin.ts.
// Every method may throw a TandemError of kind rate-limit, upstream, auth or user (permission).
import type { Project } from "./forge.ts";

/** Who may see a group or a project. */
export type Visibility = "private" | "internal" | "public";

/** A group, in which projects are made. */
export interface Group {
  readonly id: number;
  /** Full path. */
  readonly path: string;
  readonly visibility: Visibility;
}

/** The operations. */
export interface ProjectAdmin {
  /** Undefined when there is no such group, or the account may not see it. */
  findGroup(path: string): Promise<Group | undefined>;
  /**
   * Makes an empty project, as visible as its group. One that was made meanwhile is returned as it is.
   * @param name its path within the group
   */
  createProject(group: Group, name: string): Promise<Project>;
  /** Name of the branch that the forge shows first; undefined for a project without commits. */
  readDefaultBranch(projectId: number): Promise<string | undefined>;
  setDefaultBranch(projectId: number, branch: string): Promise<void>;
}

// Makes projects: empty, from files, or from another repository.
import { join } from "node:path";
import type { App } from "../app.ts";
import { invalidField, refused } from "../http/reply.ts";
import type { Namespace, Project, User, Visibility } from "../state/types.ts";
import { protectDefaultBranch } from "./protect-default-branch.ts";

/** What a new project is made of. */
export interface NewProject {
  readonly namespace: Namespace;
  readonly path: string;
  readonly name?: string | undefined;
  readonly description?: string | null | undefined;
  readonly visibility?: Visibility | undefined;
  readonly defaultBranch?: string | null | undefined;
  readonly forkedFromId?: number | undefined;
}

/** Folder with the hook that guards protected branches. */
export function hooksDirOf(app: App): string {
  return join(app.dataDir, "hooks");
}

/**
 * Adds a project without a repository's content.
 * @throws ApiError 400 for a bad path, 409 (forks) or 400 when the path is taken.
 */
export function insertProject(app: App, creator: User, wanted: NewProject): Project {
  const { path, namespace } = wanted;
  if (!/^[A-Za-z0-9_][A-Za-z0-9_.+-]*$/.test(path) || /\.(git|atom)$/.test(path)) {
    throw invalidField("path", "can contain only letters, digits, '_', '-' and '.'.");
  }
  if (isTaken(app, namespace, path)) {
    if (wanted.forkedFromId === undefined) throw invalidField("path", "has already been taken");
    const taken = ["Project namespace name has already been taken", "Name has already been taken"];
    throw refused(409, [...taken, "Path has already been taken"]);
  }
  const now = app.world.now();
  const project: Project = {
    id: app.world.nextId("project"),
    namespaceId: namespace.id,
    creatorId: creator.id,
    createdAt: now,
    forkedFromId: wanted.forkedFromId ?? null,
    name: wanted.name ?? path,
    path,
    description: wanted.description ?? null,
    visibility: wanted.visibility ?? namespace.visibility,
    defaultBranch: wanted.defaultBranch ?? null,
    importStatus: "none",
    importError: null,
    mergeMethod: "merge",
    forksRunInParent: true,
    lastActivityAt: now,
    protectedBranches: [],
    lastMergeRequestIid: 0,
    lastPipelineIid: 0,
  };
  app.world.projects.set(project.id, project);
  protectDefaultBranch(app, project);
  return project;
}

function isTaken(app: App, namespace: Namespace, path: string): boolean {
  const full = `${namespace.fullPath}/${path}`;
  return app.world.projectAt(full) !== undefined || app.world.namespaceAt(full) !== undefined;
}

/** Adds an empty project with its repository. */
export async function createProject(app: App, creator: User, wanted: NewProject): Promise<Project> {
  const project = insertProject(app, creator, { ...wanted, defaultBranch: wanted.defaultBranch ?? "main" });
  await app.repository(project.id).init(project.defaultBranch ?? "main", hooksDirOf(app));
  return project;
}

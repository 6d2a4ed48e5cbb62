// Projects as the API shows them.
import type { App } from "../app.ts";
import { namespaceLevel, projectLevel } from "../state/access.ts";
import type { Project, User } from "../state/types.ts";
import { renderNamespaceBasic, renderUserId } from "./users.ts";

/** Page of a project. */
export function projectUrl(app: App, project: Project): string {
  return `${app.url}/${app.world.pathOf(project)}`;
}

/** Address for git over SSH; shown, never served. */
export function sshUrl(app: App, project: Project): string {
  return `git@${new URL(app.url).hostname}:${app.world.pathOf(project)}.git`;
}

/** The parts that also describe a fork's parent. */
export function renderProjectBasic(app: App, project: Project) {
  const namespace = app.world.namespaceOf(project.namespaceId);
  const names = app.world.namespaceChain(namespace.id).map((each) => each.name);
  const forks = [...app.world.projects.values()].filter((each) => each.forkedFromId === project.id);
  return {
    id: project.id,
    description: project.description,
    name: project.name,
    name_with_namespace: [...names.reverse(), project.name].join(" / "),
    path: project.path,
    path_with_namespace: app.world.pathOf(project),
    created_at: project.createdAt,
    default_branch: project.defaultBranch,
    tag_list: [],
    topics: [],
    ssh_url_to_repo: sshUrl(app, project),
    http_url_to_repo: `${projectUrl(app, project)}.git`,
    web_url: projectUrl(app, project),
    readme_url: null,
    forks_count: forks.length,
    avatar_url: null,
    star_count: 0,
    last_activity_at: project.lastActivityAt,
    visibility: project.visibility,
    namespace: renderNamespaceBasic(app, namespace),
  };
}

/** A project in full, as this user sees it. */
export function renderProject(app: App, project: Project, viewer: User | undefined) {
  const { world } = app;
  const parent = project.forkedFromId === null ? undefined : world.projects.get(project.forkedFromId);
  const namespace = world.namespaceOf(project.namespaceId);
  const api = `${app.url}/api/v4/projects/${project.id}`;
  return {
    ...renderProjectBasic(app, project),
    ...(parent === undefined ? {} : { forked_from_project: renderProjectBasic(app, parent) }),
    ...(namespace.ownerId === null ? {} : { owner: renderUserId(app, namespace.ownerId) }),
    _links: { self: api, merge_requests: `${api}/merge_requests`, repo_branches: `${api}/repository/branches` },
    empty_repo: app.repository(project.id).names("refs/heads/").length === 0,
    archived: false,
    creator_id: project.creatorId,
    import_url: null,
    import_type: null,
    import_status: project.importStatus,
    import_error: project.importError,
    issues_enabled: true,
    merge_requests_enabled: true,
    jobs_enabled: true,
    can_create_merge_request_in: viewer !== undefined,
    issues_access_level: "enabled",
    repository_access_level: "enabled",
    merge_requests_access_level: "enabled",
    forking_access_level: "enabled",
    builds_access_level: "enabled",
    ci_config_path: "",
    ci_allow_fork_pipelines_to_run_in_parent_project: project.forksRunInParent,
    merge_method: project.mergeMethod,
    squash_option: "default_off",
    only_allow_merge_if_pipeline_succeeds: false,
    remove_source_branch_after_merge: true,
    shared_with_groups: [],
    updated_at: project.lastActivityAt,
    mr_default_target_self: false,
  };
}

/** A project read by itself: with what this user may do in it. */
export function renderProjectWithAccess(app: App, project: Project, viewer: User | undefined) {
  const permissions = renderPermissions(app, project, viewer);
  return { ...renderProject(app, project, viewer), ...(viewer === undefined ? {} : { permissions }) };
}

function renderPermissions(app: App, project: Project, viewer: User | undefined) {
  const direct = app.world.members.get(`project:${project.id}`)?.get(viewer?.id ?? 0) ?? 0;
  const group = namespaceLevel(app.world, viewer, app.world.namespaceOf(project.namespaceId));
  const access = (level: number) => (level === 0 ? null : { access_level: level, notification_level: 3 });
  const owns = app.world.namespaceOf(project.namespaceId).ownerId === viewer?.id && viewer !== undefined;
  const level = owns ? projectLevel(app.world, viewer, project) : direct;
  return { project_access: access(level), group_access: owns ? null : access(group) };
}

/** `/projects/:id/import`. */
export function renderImport(app: App, project: Project) {
  const { id, description, name, name_with_namespace, path, path_with_namespace, created_at } = renderProjectBasic(
    app,
    project,
  );
  return {
    ...{ id, description, name, name_with_namespace, path, path_with_namespace, created_at },
    import_status: project.importStatus,
    import_type: null,
    correlation_id: null,
    failed_relations: [],
    import_error: project.importError,
    stats: null,
  };
}

// Users, tokens, namespaces, members and emoji as the API shows them.
import type { App } from "../app.ts";
import type { AwardEmoji, Namespace, Note, Token, User } from "../state/types.ts";

const LEVEL_OWNER = 50;

/** GitLab's basic user, part of nearly every answer. */
export function renderUser(app: App, user: User) {
  return {
    id: user.id,
    username: user.username,
    public_email: "",
    name: user.name,
    state: "active",
    locked: false,
    avatar_url: `${app.url}/uploads/-/system/user/avatar/${user.id}/avatar.png`,
    web_url: `${app.url}/${user.username}`,
  };
}

/** The user by id, null for null. */
export function renderUserId(app: App, id: number | null) {
  return id === null ? null : renderUser(app, app.world.userOf(id));
}

/** A user in full, as `/users/:id` shows it. */
export function renderProfile(app: App, user: User) {
  return { ...renderUser(app, user), created_at: user.createdAt, bio: "", bot: user.bot, location: "", job_title: "" };
}

/** `/user`. */
export function renderCurrentUser(app: App, user: User) {
  return {
    ...renderProfile(app, user),
    email: user.email,
    commit_email: user.email,
    namespace_id: app.world.namespaceAt(user.username)?.id,
    can_create_group: true,
    can_create_project: true,
    two_factor_enabled: false,
    external: false,
    private_profile: false,
  };
}

export function renderToken(token: Token) {
  return {
    id: token.id,
    name: token.name,
    revoked: token.revoked,
    created_at: token.createdAt,
    description: null,
    scopes: token.scopes,
    user_id: token.userId,
    last_used_at: null,
    active: !token.revoked && (token.expiresAt === null || Date.parse(token.expiresAt) > Date.now()),
    expires_at: token.expiresAt,
  };
}

/** A namespace inside a project. */
export function renderNamespaceBasic(app: App, namespace: Namespace) {
  const prefix = namespace.kind === "group" ? "groups/" : "";
  return {
    id: namespace.id,
    name: namespace.name,
    path: namespace.path,
    kind: namespace.kind,
    full_path: namespace.fullPath,
    parent_id: namespace.parentId,
    avatar_url: null,
    web_url: `${app.url}/${prefix}${namespace.fullPath}`,
  };
}

/** `/namespaces/:id`. Only owners see what was paid for. */
export function renderNamespace(app: App, namespace: Namespace, isOwner: boolean) {
  const basic = renderNamespaceBasic(app, namespace);
  if (!isOwner) return basic;
  return { ...basic, plan: namespace.plan, trial: false, trial_ends_on: null };
}

/** `/groups/:id`. */
export function renderGroup(app: App, namespace: Namespace) {
  const { kind: _, ...basic } = renderNamespaceBasic(app, namespace);
  const full = app.world.namespaceChain(namespace.id).map((each) => each.name);
  return {
    ...basic,
    description: "",
    visibility: namespace.visibility,
    full_name: full.reverse().join(" / "),
    created_at: namespace.createdAt,
    request_access_enabled: true,
    lfs_enabled: true,
    subgroup_creation_level: "maintainer",
    project_creation_level: "developer",
  };
}

export function renderMember(app: App, user: User, accessLevel: number) {
  return {
    ...renderUser(app, user),
    access_level: accessLevel,
    created_at: user.createdAt,
    expires_at: null,
    membership_state: "active",
    ...(accessLevel === LEVEL_OWNER ? { is_using_seat: true } : {}),
  };
}

export function renderEmoji(app: App, emoji: AwardEmoji, note: Note) {
  return {
    id: emoji.id,
    name: emoji.name,
    user: renderUserId(app, emoji.userId),
    created_at: emoji.createdAt,
    updated_at: emoji.createdAt,
    awardable_id: note.id,
    awardable_type: "Note",
    url: null,
  };
}

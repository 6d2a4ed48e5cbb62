// The port `Account` on GitLab's API v4.
import { Groups, PersonalAccessTokens, ProjectMembers, Projects, Users } from "@gitbeaker/rest";
import { z } from "zod";
import type { Place } from "../../model/place.ts";
import type { Account, AccountFacts, PlaceFacts, TokenFacts } from "../account.ts";
import type { User } from "../forge.ts";
import { unless } from "../http/answers.ts";
import { NOT_THERE, parse } from "./answers.ts";
import { DEVELOPER, memberSchema, userSchema } from "./schemas.ts";
import { type GitLabOptions, gitlabSettings } from "./settings.ts";

/** A plain date; the token ends when that day begins, in UTC. */
const tokenSchema = z.object({ scopes: z.array(z.string()).nullish(), expires_at: z.iso.date().nullish() });
const accountSchema = userSchema.extend({ can_create_project: z.boolean().nullish() });
// Not an enum: what GitLab may add later forbids nothing that is known here.
const projectSchema = z.object({
  id: z.int(),
  path_with_namespace: z.string(),
  forking_access_level: z.string().nullish(),
});
const groupSchema = z.object({ prevent_forking_outside_group: z.boolean().nullish() });

/** https://docs.gitlab.com/user/project/settings/project_access_tokens/#bot-users-for-projects, and the same of groups. */
const TOKEN_ACCOUNT = /^(project|group)_\d+_bot/;
const LOOK_AT = 100;

/** Makes the port. */
export function createGitLabAccount(options: GitLabOptions): Account {
  const settings = gitlabSettings(options);
  const tokens = new PersonalAccessTokens(settings);
  const users = new Users(settings);
  const lists = {
    groups: new Groups(settings),
    projects: new Projects(settings),
    members: new ProjectMembers(settings),
  };
  return {
    async readToken(): Promise<TokenFacts | undefined> {
      // An OAuth token has no such page.
      const answer: unknown = await unless(NOT_THERE, tokens.show());
      if (answer === undefined) return undefined;
      const { scopes, expires_at } = parse(tokenSchema, answer);
      return { scopes: scopes ?? [], endsAt: expires_at ? Date.parse(expires_at) : undefined };
    },
    async readAccount(): Promise<AccountFacts> {
      const { can_create_project, ...user } = parse(accountSchema, await users.showCurrentUser());
      const [, owner] = TOKEN_ACCOUNT.exec(user.username) ?? [];
      return {
        ...user,
        owner: owner === "project" || owner === "group" ? owner : "itself",
        mayCreateProjects: can_create_project ?? undefined,
      };
    },
    readPlace: ({ kind, path }: Place, bot) =>
      kind === "group" ? readGroup(lists, path) : readProject(lists, path, bot),
  };
}

interface Lists {
  readonly groups: Groups;
  readonly projects: Projects;
  readonly members: ProjectMembers;
}

async function readGroup({ groups }: Lists, path: string): Promise<PlaceFacts | undefined> {
  const answer: unknown = await unless(NOT_THERE, groups.show(path, { withProjects: false }));
  if (answer === undefined) return undefined;
  const { prevent_forking_outside_group } = parse(groupSchema, answer);
  const [all, asDeveloper] = await Promise.all([listLatest(groups, path), listLatest(groups, path, DEVELOPER)]);
  const ids = new Set(asDeveloper.map(({ id }) => id));
  return {
    projects: all.length,
    asDeveloper: all.filter(({ id }) => ids.has(id)).length,
    isLarge: all.length >= LOOK_AT,
    unforkable: all.filter((raw) => isClosed(raw, ids.has(raw.id))).map((raw) => raw.path_with_namespace),
    forksStayInside: prevent_forking_outside_group ?? false,
  };
}

type ListedProject = z.infer<typeof projectSchema>;

/** One page, in an order that lets the same come first in the list of all and in that of some. */
async function listLatest(groups: Groups, path: string, level?: typeof DEVELOPER): Promise<readonly ListedProject[]> {
  const scope = { includeSubgroups: true, withShared: false, archived: false };
  const order = { orderBy: "last_activity_at", sort: "desc", perPage: LOOK_AT, page: 1, maxPages: 1 } as const;
  const which = level === undefined ? {} : { minAccessLevel: level };
  const answer: unknown = await groups.allProjects(path, { ...scope, ...order, ...which });
  return parse(z.array(projectSchema), answer);
}

async function readProject({ projects, members }: Lists, path: string, bot: User): Promise<PlaceFacts | undefined> {
  const answer: unknown = await unless(NOT_THERE, projects.show(path));
  if (answer === undefined) return undefined;
  const raw = parse(projectSchema, answer);
  const member: unknown = await unless(NOT_THERE, members.show(raw.id, bot.id, { includeInherited: true }));
  const isDeveloper = member !== undefined && parse(memberSchema, member).access_level >= DEVELOPER;
  return {
    projects: 1,
    asDeveloper: isDeveloper ? 1 : 0,
    isLarge: false,
    unforkable: isClosed(raw, isDeveloper) ? [raw.path_with_namespace] : [],
    forksStayInside: false,
  };
}

/** `private`: for members only. */
function isClosed({ forking_access_level: level }: ListedProject, isMember: boolean): boolean {
  return level === "disabled" || (level === "private" && !isMember);
}

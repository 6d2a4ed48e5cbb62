// GitLab's webhooks of projects and groups, through gitbeaker with our own transport.
import { GroupHooks, Groups, Namespaces, ProjectHooks, Users } from "@gitbeaker/rest";
import { z } from "zod";
import { TandemError } from "../../model/errors.ts";
import type { Place } from "../../model/place.ts";
import {
  HOOK_EVENTS,
  type Hook,
  type HookAdmin,
  type HookList,
  type HookSettings,
  type HookTest,
} from "../hook-admin.ts";
import { refusalOf, unless } from "../http/answers.ts";
import { MAY_NOT_SEE, NOT_THERE, parse } from "./answers.ts";
import { EVENT_FLAGS, forkSchema, hookSchema, namespacePlanSchema, toHook } from "./hook-schemas.ts";
import { userSchema } from "./schemas.ts";
import { type GitLabOptions, gitlabSettings } from "./settings.ts";

const PAGES = { perPage: 100, maxPages: 200 };

/** Of every repository there is something to tell, and it leads to the least work: most pushes are no news to Tandem. */
const TEST_TRIGGER = "push_events";

/** Makes the port. */
export function createHookAdmin(options: GitLabOptions): HookAdmin {
  const settings = gitlabSettings(options);
  const users = new Users(settings);
  const hooks = { project: new ProjectHooks(settings), group: new GroupHooks(settings) };
  const groups = new Groups(settings);
  const namespaces = new Namespaces(settings);
  return {
    async findUser(username) {
      const answer: unknown = await users.all({ username });
      return parse(z.array(userSchema), answer)[0];
    },
    listHooks: (place) =>
      place.kind === "project"
        ? listOfProject(hooks.project, place)
        : listOfGroup({ hooks, groups, namespaces }, place),
    async createHook({ kind, path }, wanted) {
      const answer: unknown = await hooks[kind].add(path, wanted.url, flagsOf(wanted));
      return toHook(parse(hookSchema, answer));
    },
    async updateHook({ kind, path }, { id, otherEvents }, wanted) {
      const off = Object.fromEntries(otherEvents.map((name) => [name, false]));
      const answer: unknown = await hooks[kind].edit(path, id, wanted.url, {
        ...off,
        ...flagsOf(wanted),
        ...NO_FILTER,
      });
      return toHook(parse(hookSchema, answer));
    },
    async removeHook({ kind, path }, id) {
      await unless(NOT_THERE, hooks[kind].remove(path, id));
    },
    testHook: ({ kind, path }, id) => test(hooks[kind], `${encodeURIComponent(path)}/hooks/${id}/test/${TEST_TRIGGER}`),
    async listForks({ id, username }) {
      const answer: unknown = await users.allProjects(id, { pagination: "offset", ...PAGES });
      return parse(z.array(forkSchema), answer)
        .filter(({ namespace, forked_from_project }) => namespace.full_path === username && forked_from_project)
        .map((raw) => ({ path: raw.path_with_namespace, parentPath: raw.forked_from_project?.path_with_namespace }));
    },
  };
}

const NO_FILTER = { pushEventsBranchFilter: "" };

function flagsOf({ events, token, description }: HookSettings) {
  const flags = HOOK_EVENTS.map((event) => [EVENT_FLAGS[event], events.includes(event)] as const);
  // gitbeaker sends further parameters and names with underscores as they are; its types only do not name them.
  return { ...Object.fromEntries(flags), token, description, name: "Tandem", enableSslVerification: true };
}

async function listOfProject(hooks: ProjectHooks, { path }: Place): Promise<HookList> {
  try {
    return { found: "hooks", hooks: parseHooks(await hooks.all(path, PAGES)) };
  } catch (thrown) {
    const status = refusalOf(thrown)?.status;
    if (status === 403) return { found: "denied", because: "role" };
    if (status === 404) return { found: "nothing" };
    throw thrown;
  }
}

interface GroupResources {
  readonly hooks: { readonly group: GroupHooks };
  readonly groups: Groups;
  readonly namespaces: Namespaces;
}

/**
 * A group's owner may see its hooks on some servers also where they are never called because of the plan, which only owners
 * see. Self-managed servers call every plan `default`. 404 is the answer of a server that has no group hooks at all.
 */
async function listOfGroup({ hooks, groups, namespaces }: GroupResources, { path }: Place): Promise<HookList> {
  const listed: unknown = await unless(MAY_NOT_SEE, hooks.group.all(path, PAGES));
  if (listed === undefined && (await unless(NOT_THERE, groups.show(path, { withProjects: false }))) === undefined)
    return { found: "nothing" };
  const plan = await readPlan(namespaces, path);
  if (listed !== undefined && plan !== "free") return { found: "hooks", hooks: parseHooks(listed) };
  return { found: "denied", because: plan === "free" || plan === "default" ? "plan" : "role" };
}

async function readPlan(namespaces: Namespaces, path: string): Promise<string | undefined> {
  const answer: unknown = await unless(MAY_NOT_SEE, namespaces.show(path));
  return answer === undefined ? undefined : (parse(namespacePlanSchema, answer).plan ?? undefined);
}

function parseHooks(answer: unknown): readonly Hook[] {
  return parse(z.array(hookSchema), answer).map(toHook);
}

/** GitLab's words when it has nothing to tell (app/services/concerns/integrations/project_test_data.rb). */
const NOTHING_TO_TELL = /^(?:ensure the |testing not available)/i;

/**
 * gitbeaker has no method for it. GitLab answers 422 with what the receiver said, or why it could not be reached
 * (lib/api/hooks/trigger_test.rb).
 */
async function test(hooks: ProjectHooks | GroupHooks, endpoint: string): Promise<HookTest> {
  try {
    await hooks.requester.post(endpoint);
    return { result: "delivered" };
  } catch (thrown) {
    if (thrown instanceof TandemError && thrown.kind === "rate-limit") return { result: "too-many" };
    const refusal = refusalOf(thrown);
    if (refusal?.status === 404) return { result: "unsupported" };
    if (refusal?.status !== 422) throw thrown;
    const said = refusal.description;
    return { result: NOTHING_TO_TELL.test(said) ? "nothing-to-tell" : "refused", said };
  }
}

// What the commands about webhooks begin with: the routes, the accounts, the ports.
import { hookUrl } from "../../admin/hooks/hook-url.ts";
import type { ObserveDeps, ObserveRequest } from "../../admin/hooks/observe.ts";
import type { User } from "../../forge/forge.ts";
import { createHookAdmin } from "../../forge/gitlab/hook-admin.ts";
import type { HookAdmin } from "../../forge/hook-admin.ts";
import { userError } from "../../model/errors.ts";
import type { AdminSession } from "../admin-session.ts";
import { chooseRoutes } from "../choose-routes.ts";
import type { CliContext } from "../context.ts";

/** Which hooks a command is about. */
export interface HooksChoice {
  /** Name of a route; undefined: all. */
  readonly route: string | undefined;
  /** Username of the bot; undefined: the account of the token. */
  readonly bot: string | undefined;
}

/** What it works with. */
export interface OpenHooks {
  readonly deps: ObserveDeps;
  readonly request: ObserveRequest;
  /** Where hooks post. */
  readonly url: string;
  /** Whose token it is. */
  readonly account: User;
}

/** Opens. Throws kind `user` when the configuration lacks something, or there is no such route or account. */
export async function openHooks(
  { config, tools, gitlab, progress }: AdminSession,
  choice: HooksChoice,
  { terminal }: CliContext,
): Promise<OpenHooks> {
  const url = hookUrl(config.publicUrl);
  const { routes } = config;
  if (routes.length === 0)
    throw userError("no-routes", "No route is configured", {
      fix: "Name your routes in a file and set TANDEM_CONFIG.",
    });
  const chosen = chooseRoutes(routes, choice.route);
  const { forge, bot: account } = await tools.homes.dist();
  const hooks = createHookAdmin(gitlab);
  const bot = choice.bot === undefined ? account : await findBot(hooks, choice.bot);
  const deps = { hooks, forge, ...(terminal ? { progress: (what: string) => progress(`looking at ${what}`) } : {}) };
  return { deps, request: { routes, chosen, bot }, url, account };
}

async function findBot(hooks: HookAdmin, username: string): Promise<User> {
  const found = await hooks.findUser(username);
  if (found) return found;
  throw userError("account-unknown", `GitLab has no account ${username}`, { fix: "Correct --bot." });
}

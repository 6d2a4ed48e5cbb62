// The doctor's checks on the forges: account, clock, and both ends of each route. One look at the account serves them all.
import { hostname } from "node:os";
import { failed, notChecked, ok, type Remark } from "../admin/doctor/finding.ts";
import { type AccountAnswers, judgeAccount, judgeClock } from "../admin/doctor/judge-account.ts";
import { judgeDist, judgeSource } from "../admin/doctor/judge-route.ts";
import type { Check } from "../admin/doctor/run-checks.ts";
import type { Account } from "../forge/account.ts";
import type { Forge, User } from "../forge/forge.ts";
import { createGitHubForge } from "../forge/github/github-forge.ts";
import { createGitLabAccount } from "../forge/gitlab/account.ts";
import { type Place, placeOf } from "../model/place.ts";
import type { Route } from "../model/routes.ts";
import type { Secret } from "../model/secret.ts";
import type { DoctorDeps } from "./doctor-deps.ts";

/** The checks, those on accounts first. */
export function forgeChecks(deps: DoctorDeps): readonly Check[] {
  const { routes = [] } = deps;
  const gitlab = openGitLab(deps);
  const github = openGitHub(deps);
  return [
    ...gitlab.checks,
    ...(routes.some(({ forge }) => forge === "github") ? github.checks : []),
    ...routes.flatMap((route) => [
      look(route, "source-git", () =>
        route.forge === "github" ? github.lookAtSource(route) : gitlab.lookAt(route.source, "source-git", judgeSource),
      ),
      look(route, "dist-git", () => gitlab.lookAt(route.dist, "dist-git", judgeDist)),
    ]),
  ];
}

function look(route: Route, name: string, read: Check["look"]): Check {
  return { group: `route ${route.name}`, name, look: read };
}

type JudgePlace = typeof judgeSource;

interface GitLabChecks {
  readonly checks: readonly Check[];
  /** Looks at the place that a pattern of a route names. */
  lookAt(pattern: string, name: string, judge: JudgePlace): Promise<readonly Remark[]>;
}

function openGitLab({ survey, clock, signal, timeoutMs }: DoctorDeps): GitLabChecks {
  const { gitlabToken: token, options } = survey;
  const group = "gitlab";
  if (!token || !options.gitlab) {
    const remark = token ? notChecked("token", "gitlab.url is among the problems") : missing("GITLAB_TOKEN");
    return {
      checks: [{ group, name: "token", look: async () => [remark] }],
      lookAt: async (_, name) => [notChecked(name, "GitLab could not be asked")],
    };
  }
  let aheadMs: number | undefined;
  const account = createGitLabAccount({
    ...transport({ token, clock, signal, timeoutMs }),
    url: options.gitlab.url,
    observe: ({ forgeTime, seconds }) => {
      // The answer was written somewhere between question and now.
      if (forgeTime !== undefined) aheadMs = clock.now() - seconds * 500 - forgeTime;
    },
  });
  let asked: Promise<AccountAnswers> | undefined;
  const ask = () => {
    asked ??= askAccount(account);
    return asked;
  };
  return {
    checks: [
      { group, name: "token", look: async () => judgeAccount(await ask(), clock.now()) },
      { group, name: "clock", look: async () => [await ask().then(() => judgeClock(aheadMs))] },
    ],
    async lookAt(pattern, name, judge) {
      const place = placeOf(pattern);
      if (!place) return [notChecked(name, `${pattern} names no group`)];
      const { account: bot } = await ask();
      if (bot.status === "rejected") return [notChecked(name, "GitLab did not tell who the bot is")];
      return judge(place, await account.readPlace(place, bot.value));
    },
  };
}

async function askAccount(account: Account): Promise<AccountAnswers> {
  const [token, user] = await Promise.allSettled([account.readToken(), account.readAccount()]);
  return { token, account: user };
}

interface GitHubChecks {
  readonly checks: readonly Check[];
  lookAtSource(route: Route): Promise<readonly Remark[]>;
}

function openGitHub({ survey, clock, signal, timeoutMs }: DoctorDeps): GitHubChecks {
  const { githubToken: token, options } = survey;
  const group = "github";
  if (!token || !options.github) {
    const remark = token ? notChecked("token", "github.apiUrl is among the problems") : missing("GITHUB_TOKEN");
    return {
      checks: [{ group, name: "token", look: async () => [remark] }],
      lookAtSource: async () => [notChecked("source-git", "GitHub could not be asked")],
    };
  }
  const forge = createGitHubForge({
    ...transport({ token, clock, signal, timeoutMs }),
    apiUrl: options.github.apiUrl,
    observe: () => {},
  });
  let asked: Promise<User> | undefined;
  const ask = () => {
    asked ??= forge.whoAmI();
    return asked;
  };
  return {
    checks: [{ group, name: "token", look: async () => [ok("token", `is that of ${(await ask()).username}`)] }],
    async lookAtSource({ source }) {
      const place = placeOf(source);
      if (!place) return [notChecked("source-git", `${source} names no owner`)];
      const isTaken = await ask().then(
        () => true,
        () => false,
      );
      if (!isTaken) return [notChecked("source-git", "GitHub did not tell who the bot is")];
      return [await findOnGitHub(forge, place, clock.now())];
    },
  };
}

/** The question that costs least: what changed since now in there? */
async function findOnGitHub(forge: Forge, place: Place, nowMs: number): Promise<Remark> {
  await forge.listMergeRequests(place, nowMs);
  return ok("source-git", `${place.kind === "group" ? "owner" : "repository"} ${place.path}`);
}

function transport({
  token,
  clock,
  signal,
  timeoutMs,
}: Pick<DoctorDeps, "clock" | "signal" | "timeoutMs"> & { readonly token: Secret }) {
  return { token, clock, signal, timeoutMs, random: Math.random, userAgent: `tandem (${hostname()})` };
}

function missing(name: string): Remark {
  const fix = `Set ${name}, or ${name}_FILE, to the access token of the bot's account.`;
  return failed("token", `${name} is not set`, fix);
}

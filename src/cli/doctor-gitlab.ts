// The doctor's questions to GitLab. One look at the account serves them all.
import { notChecked, type Remark } from "../admin/doctor/finding.ts";
import { type AccountAnswers, judgeAccount, judgeClock } from "../admin/doctor/judge-account.ts";
import { judgeForkHooks, judgeHooks } from "../admin/doctor/judge-hooks.ts";
import type { judgeSource } from "../admin/doctor/judge-route.ts";
import { readForkHooks, readHooks } from "../admin/doctor/read-hooks.ts";
import type { Check } from "../admin/doctor/run-checks.ts";
import { hookUrl } from "../admin/hooks/hook-url.ts";
import { createTokenMaker } from "../admin/hooks/make-token.ts";
import type { Account } from "../forge/account.ts";
import { createGitLabAccount } from "../forge/gitlab/account.ts";
import { createHookAdmin } from "../forge/gitlab/hook-admin.ts";
import { placeOf } from "../model/place.ts";
import type { Route } from "../model/routes.ts";
import { type DoctorDeps, missingToken, transport } from "./doctor-deps.ts";

type JudgePlace = typeof judgeSource;

/** What is asked of GitLab. */
export interface GitLabChecks {
  readonly checks: readonly Check[];
  /** Looks at the place that a pattern of a route names. */
  lookAt(pattern: string, name: string, judge: JudgePlace): Promise<readonly Remark[]>;
  lookAtHooks(route: Route): Promise<readonly Remark[]>;
}

/** Makes the checks; without a token they say so. */
export function openGitLab({ survey, clock, signal, timeoutMs }: DoctorDeps): GitLabChecks {
  const { gitlabToken: token, options } = survey;
  const group = "gitlab";
  if (!token || !options.gitlab) {
    const remark = token ? notChecked("token", "gitlab.url is among the problems") : missingToken("GITLAB_TOKEN");
    return {
      checks: [{ group, name: "token", look: async () => [remark] }],
      lookAt: async (_, name) => [notChecked(name, "GitLab could not be asked")],
      lookAtHooks: async () => [notChecked("webhooks", "GitLab could not be asked")],
    };
  }
  let aheadMs: number | undefined;
  const common = { ...transport({ token, clock, signal, timeoutMs }), url: options.gitlab.url };
  const account = createGitLabAccount({
    ...common,
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
    async lookAtHooks(route) {
      const { publicUrl, routes = [] } = options;
      if (publicUrl === undefined) return [notChecked("webhooks", "publicUrl is not set")];
      const { account: bot } = await ask();
      if (bot.status === "rejected") return [notChecked("webhooks", "GitLab did not tell who the bot is")];
      const [secret] = survey.webhooks.jwtSecrets;
      const wish = { url: hookUrl(publicUrl), noteFor: secret && createTokenMaker(secret).noteFor };
      const hooks = createHookAdmin({ ...common, observe: () => {} });
      const request = { routes, route, bot: bot.value, wish };
      const [own, forks] = await Promise.all([readHooks(hooks, request), readForkHooks(hooks, request)]);
      return [...judgeHooks(own), ...judgeForkHooks(forks)];
    },
  };
}

async function askAccount(account: Account): Promise<AccountAnswers> {
  const [token, user] = await Promise.allSettled([account.readToken(), account.readAccount()]);
  return { token, account: user };
}

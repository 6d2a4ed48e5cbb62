// Judges the bot's account on GitLab: token, kind of account, clock.
import type { AccountFacts, TokenFacts } from "../../forge/account.ts";
import { type TandemError, toTandemError } from "../../model/errors.ts";
import { failed, notChecked, ok, type Remark, warning } from "./finding.ts";
import { count, day, daysBetween } from "./words.ts";

/** Both answers of the forge, or why there is none. */
export interface AccountAnswers {
  readonly token: PromiseSettledResult<TokenFacts | undefined>;
  readonly account: PromiseSettledResult<AccountFacts>;
}

const SCOPE = "api";
const END_SOON_DAYS = 30;
const LOOK_AT_WAY = "Check gitlab.url, and the way there: name service, proxy, firewall.";
const NEW_TOKEN = `Make a new token with the scope \`${SCOPE}\`, set GITLAB_TOKEN to it, and restart the workers.`;

/** Lines about the token and its account; a single one when the token is not taken. */
export function judgeAccount({ token, account }: AccountAnswers, nowMs: number): readonly Remark[] {
  const errors = [account, token].flatMap((answer) => (answer.status === "rejected" ? [errorOf(answer)] : []));
  const refusal = errors.find(({ kind }) => kind === "auth");
  if (refusal) return [failed("token", refusal.message, NEW_TOKEN)];
  const [first] = errors;
  if (first && errors.length === 2) return [failed("token", first.message, first.fix ?? LOOK_AT_WAY)];
  return [
    account.status === "fulfilled"
      ? ok("token", `is that of ${account.value.username}`)
      : failed("token", errorOf(account).message, NEW_TOKEN),
    ...(token.status === "fulfilled" ? judgeToken(token.value, nowMs) : [unknown(errorOf(token).message)]),
    ...(account.status === "fulfilled" ? judgeKind(account.value) : []),
  ];
}

function judgeToken(token: TokenFacts | undefined, nowMs: number): readonly Remark[] {
  if (!token) return [unknown("it is no personal access token")];
  const { scopes, endsAt } = token;
  const shown = scopes.length === 0 ? "none" : scopes.join(", ");
  return [
    scopes.includes(SCOPE) ? ok("scopes", shown) : failed("scopes", `${shown}; \`${SCOPE}\` is missing`, NEW_TOKEN),
    judgeEnd(endsAt, nowMs),
  ];
}

function judgeEnd(endsAt: number | undefined, nowMs: number): Remark {
  const name = "expiry";
  if (endsAt === undefined) return ok(name, "the token does not end");
  const days = daysBetween(nowMs, endsAt);
  if (endsAt <= nowMs) return failed(name, `the token ended on ${day(endsAt)}`, NEW_TOKEN);
  const text = `the token ends on ${day(endsAt)}, in ${count(days, "day")}`;
  return days < END_SOON_DAYS ? warning(name, text, NEW_TOKEN) : ok(name, text);
}

function unknown(why: string): Remark {
  return warning("scopes", `could not be read, nor when the token ends: ${why}`);
}

function judgeKind({ owner, mayCreateProjects }: AccountFacts): readonly Remark[] {
  if (owner !== "itself") {
    const found = `it comes with an access token of a ${owner}, and such a one cannot fork elsewhere`;
    return [warning("account", found, "Use the token of a user or of a service account.")];
  }
  if (mayCreateProjects === false) {
    const fix = "Raise the account's limit of projects in GitLab, or remove forks that nobody needs.";
    return [failed("account", "may not create projects, and a fork is one", fix)];
  }
  return [ok("account", mayCreateProjects ? "may create projects, and so forks" : "a user's own")];
}

function errorOf({ reason }: PromiseRejectedResult): TandemError {
  return toTandemError(reason);
}

/** Signed webhooks are taken for five minutes. */
const FAILED_SECONDS = 300;
const WARNING_SECONDS = 30;

/** @param aheadMs how far our clock is before the forge's; undefined when the forge did not answer */
export function judgeClock(aheadMs: number | undefined): Remark {
  const name = "clock";
  if (aheadMs === undefined) return notChecked(name, "GitLab gave no time");
  const seconds = Math.round(Math.abs(aheadMs) / 1_000);
  const found = `${count(seconds, "second")} ${aheadMs < 0 ? "behind" : "ahead of"} GitLab's`;
  const fix = "Let this machine take its time from an NTP server.";
  if (seconds > FAILED_SECONDS) return failed(name, `${found}: signed webhooks are refused`, fix);
  return seconds > WARNING_SECONDS ? warning(name, found, fix) : ok(name, "agrees with GitLab's");
}

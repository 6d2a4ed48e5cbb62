// Verifies the webhooks of routes, and prints what is wrong with each and how to mend it.
import { explainTest, type Verdict } from "../../admin/hooks/explain-test.ts";
import { createTokenMaker } from "../../admin/hooks/make-token.ts";
import type { SitePlan } from "../../admin/hooks/plan.ts";
import { type VerifiedSite, verifyHooks } from "../../admin/hooks/verify.ts";
import { withAdminSession } from "../admin-session.ts";
import type { CliContext } from "../context.ts";
import { EXIT_USER } from "../exit-code.ts";
import { type HooksChoice, openHooks } from "./open-hooks.ts";
import { type HookRow, toText } from "./rows.ts";
import {
  byHandRow,
  deviationWords,
  eventWords,
  foreign,
  heading,
  insteadWords,
  placeWords,
  surplusWords,
} from "./words.ts";

/** What was asked for. */
export interface VerifyRequest extends HooksChoice {
  readonly json: boolean;
}

const INSTALL = "Run tandem webhook install.";

/** Throws what observing throws. */
export function runVerify(request: VerifyRequest, context: CliContext): Promise<void> {
  return withAdminSession(context, async (session) => {
    const [secret] = session.config.webhooks.jwtSecrets;
    const opened = await openHooks(session, request, context);
    const wish = { url: opened.url, noteFor: secret && createTokenMaker(secret).noteFor };
    const { sites, byHand } = await verifyHooks(opened.deps, opened.request, wish);
    const rows = [
      ...sites.map((site) => rowOf(site, opened.url)),
      ...byHand.map((each) => byHandRow(each, session.config.publicUrl ?? "")),
    ];
    const ok = !rows.some(({ todo }) => todo);
    const { account, url } = opened;
    const names = { url, account: account.username, bot: opened.request.bot.username };
    const text = () => [...heading(opened), "", ...toText(rows), "", ok ? "Nothing is wrong." : "Something is wrong."];
    context.stdout(
      request.json ? `${JSON.stringify({ ...names, ok, webhooks: rows }, null, 2)}\n` : `${text().join("\n")}\n`,
    );
    if (!ok) context.setExitCode(EXIT_USER);
  });
}

function rowOf({ plan, test }: VerifiedSite, url: string): HookRow {
  const { site, step } = plan;
  const row = { ...placeWords(site), hook: undefined, details: [], todo: undefined };
  switch (step.do) {
    case "ask":
      return { ...row, state: "missing", todo: step.missing };
    case "use-projects":
      return { ...row, state: "not here", remark: insteadWords(site, step.because) };
    case "create":
      return { ...row, state: "missing", todo: { reason: `There is no webhook that posts to ${url}.`, fix: INSTALL } };
    case "repair":
    case "leave":
      return { ...row, hook: step.hook.id, ...judge(plan, test && explainTest(test, url)) };
  }
}

/** What a hook that is there comes to. A delivery that was taken shows that the token is right, whoever made it. */
function judge(plan: SitePlan, verdict: Verdict | undefined): Pick<HookRow, "state" | "details" | "todo" | "remark"> {
  const { site, step, surplus } = plan;
  const taken = verdict?.state === "good";
  const deviations = step.do === "repair" ? step.deviations.filter(({ differs }) => differs !== "token" || !taken) : [];
  const off = offWords(plan, taken);
  const remarks = [surplusWords(surplus), verdict?.state === "untried" ? foreign(verdict.says) : undefined];
  const remark = remarks.filter((each) => each !== undefined).join(" ");
  const problems = [
    ...(verdict?.state === "bad" ? [foreign(verdict.says)] : []),
    ...(off.isProblem ? [`${off.says}.`] : []),
  ];
  const rest = {
    details: [eventWords(site.events), ...deviations.map(deviationWords), ...(off.says ? [off.says] : [])],
  };
  const more = remark === "" ? {} : { remark };
  if (problems.length > 0)
    return { ...rest, ...more, state: "broken", todo: { reason: problems.join(" "), fix: verdict?.fix ?? INSTALL } };
  if (deviations.length > 0) {
    const reason = `It is not as it should be: ${deviations.map(deviationWords).join("; ")}.`;
    return { ...rest, ...more, state: "wrong", todo: { reason, fix: INSTALL } };
  }
  return { ...rest, ...more, state: taken ? "works" : "not tested", todo: undefined };
}

function offWords({ step, enable }: SitePlan, taken: boolean): { readonly says: string; readonly isProblem: boolean } {
  if (!enable || (step.do !== "leave" && step.do !== "repair")) return { says: "", isProblem: false };
  const { state, pausedUntil } = step.hook;
  const until = pausedUntil === undefined ? "" : ` until ${new Date(pausedUntil).toISOString()}`;
  const was = state === "paused" ? `paused${until} after failures` : "switched off after failures";
  return taken
    ? { says: `was ${was}, is on again`, isProblem: false }
    : { says: `GitLab has it ${was}`, isProblem: true };
}

// Installs the webhooks of routes, and prints what there is, what was changed and what is missing.
import { explainTest } from "../../admin/hooks/explain-test.ts";
import { type Installed, type InstalledSite, installHooks } from "../../admin/hooks/install.ts";
import { createTokenMaker } from "../../admin/hooks/make-token.ts";
import { type AdminSession, withAdminSession } from "../admin-session.ts";
import type { CliContext } from "../context.ts";
import { EXIT_USER } from "../exit-code.ts";
import { type HooksChoice, type OpenHooks, openHooks } from "./open-hooks.ts";
import { type HookRow, type Todo, toText } from "./rows.ts";
import { signingSecret } from "./token.ts";
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
export interface InstallRequest extends HooksChoice {
  readonly dryRun: boolean;
  readonly renewTokens: boolean;
  readonly json: boolean;
}

/** Throws what observing and applying throws. */
export function runInstall(request: InstallRequest, context: CliContext): Promise<void> {
  return withAdminSession(context, async (session) => {
    const tokens = createTokenMaker(signingSecret(session.config.webhooks.jwtSecrets));
    const opened = await openHooks(session, request, context);
    const installed = await installHooks({ ...opened.deps, tokens, url: opened.url }, opened.request, request);
    const rows = rowsOf(installed, opened, session);
    context.stdout(request.json ? toJson(rows, opened, request) : `${toLines(rows, opened, request).join("\n")}\n`);
    if (rows.some(({ todo }) => todo)) context.setExitCode(EXIT_USER);
  });
}

function rowsOf({ sites, byHand }: Installed, { url }: OpenHooks, { config }: AdminSession): readonly HookRow[] {
  return [...sites.map((site) => rowOf(site, url)), ...byHand.map((each) => byHandRow(each, config.publicUrl ?? ""))];
}

function rowOf({ plan, result }: InstalledSite, url: string): HookRow {
  const { site, step, enable, surplus } = plan;
  const known = step.do === "repair" || step.do === "leave" ? step.hook.id : undefined;
  const row = {
    ...placeWords(site),
    hook: result?.hook?.id ?? known,
    details: detailsOf({ plan, result }),
    todo: undefined,
  };
  const remark = surplusWords(
    surplus,
    result?.removed ?? surplus.filter(({ remove }) => remove).map(({ hook }) => hook.id),
  );
  const rest = remark === undefined ? {} : { remark };
  if (result?.refusal)
    return { ...row, state: "failed", todo: { reason: foreign(`${result.refusal.message}.`) }, ...rest };
  const done = result !== undefined;
  switch (step.do) {
    case "ask":
      return { ...row, state: "missing", todo: step.missing };
    case "use-projects":
      return { ...row, state: "not here", remark: insteadWords(site, step.because) };
    case "create":
      return { ...row, state: done ? "created" : "would be created", ...rest };
    case "repair":
      return { ...row, state: done ? "repaired" : "would be repaired", todo: notEnabled(result, url), ...rest };
    case "leave":
      return {
        ...row,
        state: enable ? enabledWord(result) : "as it should be",
        todo: notEnabled(result, url),
        ...rest,
      };
  }
}

function detailsOf({ plan, result }: InstalledSite): readonly string[] {
  const { site, step, enable, surplus } = plan;
  const removed = (result ? result.removed : surplus.filter(({ remove }) => remove).map(({ hook }) => hook.id)).length;
  return [
    ...(step.do === "create" || step.do === "leave" ? [eventWords(site.events)] : []),
    ...(step.do === "repair" ? step.deviations.map(deviationWords) : []),
    ...(enable ? ["was switched off after failures"] : []),
    ...(removed > 0 ? [`${result ? "removed" : "would remove"} ${removed} of the same`] : []),
  ];
}

function enabledWord(result: InstalledSite["result"]): string {
  if (!result) return "would be switched on";
  return result.test?.result === "delivered" ? "switched on" : "off";
}

/** A hook that was off stays off unless its test delivery is taken. */
function notEnabled(result: InstalledSite["result"], url: string): Todo | undefined {
  if (!result?.test || result.test.result === "delivered") return undefined;
  const { says, fix = "Press Test in GitLab." } = explainTest(result.test, url);
  return {
    reason: `GitLab has switched the webhook off, and only a good test delivery switches it on. ${foreign(says)}`,
    fix,
  };
}

function toLines(rows: readonly HookRow[], opened: OpenHooks, { dryRun }: InstallRequest): readonly string[] {
  const missing = rows.filter(({ todo }) => todo).length;
  const last =
    missing > 0
      ? `${missing} left to do; run it again then.`
      : dryRun
        ? "Nothing was changed: it was a dry run."
        : "Whether deliveries arrive is shown by tandem webhook verify.";
  return [...heading(opened), "", ...toText(rows), "", last];
}

function toJson(rows: readonly HookRow[], { account, request, url }: OpenHooks, { dryRun }: InstallRequest): string {
  const complete = !rows.some(({ todo }) => todo);
  const result = { url, account: account.username, bot: request.bot.username, dryRun, complete, webhooks: rows };
  return `${JSON.stringify(result, null, 2)}\n`;
}

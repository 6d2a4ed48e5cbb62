// Hooks in words for people. Pure.
import { whyNoGroupHook } from "../../admin/hooks/missing.ts";
import type { Site } from "../../admin/hooks/observe.ts";
import type { Deviation, SurplusHook } from "../../admin/hooks/plan.ts";
import type { ByHand } from "../../admin/hooks/wanted.ts";
import type { HookEvent } from "../../forge/hook-admin.ts";
import { cut, plainLine } from "../../model/plain-line.ts";
import type { OpenHooks } from "./open-hooks.ts";
import type { HookRow } from "./rows.ts";

const EVENTS: Readonly<Record<HookEvent, string>> = {
  "merge-request": "merge request events",
  note: "comments",
  pipeline: "pipeline events",
  push: "push events",
};
const SIDES = { source: "source-git", dist: "dist-git", fork: "the bot's fork" } as const;
const LONGEST = 300;

/** The names of events as GitLab's settings have them. */
export function eventWords(events: readonly string[]): string {
  return events.map((event) => Object.entries(EVENTS).find(([name]) => name === event)?.[1] ?? event).join(", ");
}

/** Who asks, for which bot, and where hooks post. */
export function heading({ account, request: { bot }, url }: OpenHooks): readonly string[] {
  return [`account    ${account.username}`, `bot        ${bot.username}`, `posts to   ${url}`];
}

/** Why a group has no hook, and what there is instead. */
export function insteadWords({ place }: Site, because: "plan" | "role"): string {
  return `${whyNoGroupHook(place.path, because)}: its projects have webhooks of their own.`;
}

/** Which place, and for what its hook is. */
export function placeWords({ place, of }: Site): Pick<HookRow, "place" | "for"> {
  return { place: `${place.kind} ${place.path}`, for: of.map((side) => SIDES[side]).join(", ") };
}

/** A deviation in a few words. */
export function deviationWords(deviation: Deviation): string {
  switch (deviation.differs) {
    case "url":
      return `posts to ${foreign(deviation.is)}`;
    case "events":
      return [
        ...(deviation.lacks.length > 0 ? [`lacks ${eventWords(deviation.lacks)}`] : []),
        ...(deviation.surplus.length > 0 ? [`sends ${eventWords(deviation.surplus)} for nothing`] : []),
      ].join(", ");
    case "certificate":
      return "the certificate is not checked";
    case "branch-filter":
      return `tells of pushes to ${foreign(deviation.is)} only`;
    case "token":
      return "its token is not known to be of the present secret";
  }
}

/** Hooks that make deliveries come twice; undefined when there are none. */
export function surplusWords(surplus: readonly SurplusHook[], removed: readonly number[] = []): string | undefined {
  const left = surplus.filter(({ hook }) => !removed.includes(hook.id)).map(({ hook }) => `#${hook.id}`);
  if (left.length === 0) return undefined;
  return `Every delivery comes more than once: ${left.join(", ")} post here as well. Remove them in GitLab if nobody needs them.`;
}

/** A row for what a hook of GitLab's cannot bring. */
export function byHandRow({ route, side, why, pattern }: ByHand, publicUrl: string): HookRow {
  const row = { place: `route ${route}: ${pattern}`, for: SIDES[side], hook: undefined, details: [] };
  if (why === "everywhere")
    return {
      ...row,
      state: "missing",
      todo: {
        reason: "The pattern begins with a placeholder, so there is no group that could have the webhook.",
        who: "whoever made the route",
        fix: "Begin the pattern with a group, or give each project a webhook by hand with the token of tandem webhook token.",
      },
    };
  return {
    ...row,
    state: "by hand",
    todo: undefined,
    remark: `On GitHub the webhook is made by hand, for the repositories or their organisation, under Settings, Webhooks. Payload URL ${publicUrl}/api/webhooks/github, content type application/json, the secret GITHUB_WEBHOOK_SECRET, SSL verification on, the events Pull requests and Issue comments.`,
  };
}

/** A text of others on one line of bounded length. */
export function foreign(text: string): string {
  return cut(plainLine(text), LONGEST);
}

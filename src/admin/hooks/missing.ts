// Why a place has no hook that can be seen to, and who can do what about it. Pure.
import { describeGrant } from "../../model/grant.ts";
import type { Place } from "../../model/place.ts";
import type { Site } from "./observe.ts";

/** A hook that a person has to bring about. One sentence each, `who` but a name. */
export interface Missing {
  readonly reason: string;
  readonly who: string;
  readonly fix: string;
}

/** The place is not there. */
export function noPlace({ kind, path }: Place): Missing {
  return {
    reason: `There is no ${kind} ${path}, or the account of the token may not see it.`,
    who: "whoever made the route",
    fix: `Create the ${kind}, let the account see it, or correct the route.`,
  };
}

/** The account may not look after the hooks there, or nobody may. */
export function whyDenied({ place: { kind, path }, of, grant }: Site, because: "plan" | "role"): Missing {
  if (kind === "group") return noGroupHook(path, because);
  if (of.includes("fork"))
    return {
      reason: `Only the account ${describeGrant(grant)} may give a hook to its fork ${path}.`,
      who: `the bot's account, ${describeGrant(grant)}`,
      fix: "Run it with the bot's token; forks that a worker makes get their hook from the worker.",
    };
  return {
    reason: `The account of the token is no Maintainer of ${path}, so it may not see its hooks.`,
    who: `a Maintainer of ${path}`,
    fix: "Run it with the token of a Maintainer.",
  };
}

function noGroupHook(path: string, because: "plan" | "role"): Missing {
  return {
    reason: `${whyNoGroupHook(path, because)}, and it has no served project that could have one.`,
    who: because === "plan" ? "whoever adds packages" : `an Owner of ${path}`,
    fix:
      because === "plan"
        ? "Run it again when there are projects."
        : "Run it with the token of an Owner, or again when there are projects.",
  };
}

/** Why a group has no hook, in words, without a full stop. */
export function whyNoGroupHook(path: string, because: "plan" | "role"): string {
  return because === "plan"
    ? `The plan of ${path} has no group webhooks (Premium has them)`
    : `The account of the token is no Owner of ${path}, or its plan has no group webhooks`;
}

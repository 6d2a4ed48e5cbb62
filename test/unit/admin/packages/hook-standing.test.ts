// Whether webhooks tell Tandem of a package, as a table of what was seen.
import { expect, it } from "@jest/globals";
import type { HookStep, SitePlan } from "../../../../src/admin/hooks/plan.ts";
import { type HookStanding, hookStanding } from "../../../../src/admin/packages/hook-standing.ts";
import type { Hook, HookList } from "../../../../src/forge/hook-admin.ts";
import type { Place } from "../../../../src/model/place.ts";

const HOOK: Hook = {
  id: 1,
  url: "https://tandem.example.org/api/webhooks/gitlab",
  description: "",
  events: [],
  otherEvents: [],
  checksCertificate: true,
  branchFilter: "",
  state: "enabled",
  pausedUntil: undefined,
};
const LEAVE: HookStep = { do: "leave", hook: HOOK };
const HOOKS: HookList = { found: "hooks", hooks: [HOOK] };
const DENIED: HookList = { found: "denied", because: "role" };
const ASK: HookStep = { do: "ask", missing: { reason: "no", who: "an owner", fix: "ask" } };

function plan(
  kind: Place["kind"],
  path: string,
  step: HookStep,
  more: { list?: HookList; enable?: boolean } = {},
): SitePlan {
  const { list = HOOKS, enable = false } = more;
  const site = { place: { kind, path }, of: [], events: [], grant: { namespace: path }, list };
  return { site, step, enable, surplus: [] };
}

const GROUPS = [plan("group", "g/src", LEAVE), plan("group", "g/rpms", LEAVE)];

it.each<[string, readonly SitePlan[], HookStanding]>([
  ["both groups have one", GROUPS, "ok"],
  [
    "a group's is switched off",
    [plan("group", "g/src", LEAVE, { enable: true }), plan("group", "g/rpms", LEAVE)],
    "missing",
  ],
  ["a group's has to be made", [plan("group", "g/src", { do: "create" }), plan("group", "g/rpms", LEAVE)], "missing"],
  [
    "a group's has to be mended",
    [plan("group", "g/src", { do: "repair", hook: HOOK, deviations: [] }), plan("group", "g/rpms", LEAVE)],
    "missing",
  ],
  [
    "the projects have their own",
    [
      plan("group", "g/src", { do: "use-projects", because: "plan" }, { list: DENIED }),
      plan("project", "g/src/acl", LEAVE),
      plan("group", "g/rpms", LEAVE),
    ],
    "ok",
  ],
  [
    "another project has its own",
    [
      plan("group", "g/src", { do: "use-projects", because: "plan" }, { list: DENIED }),
      plan("project", "g/src/attr", LEAVE),
      plan("group", "g/rpms", LEAVE),
    ],
    "missing",
  ],
  [
    "the account may not look",
    [plan("group", "g/src", ASK, { list: DENIED }), plan("group", "g/rpms", LEAVE)],
    "unknown",
  ],
  [
    "a group is gone",
    [plan("group", "g/src", ASK, { list: { found: "nothing" } }), plan("group", "g/rpms", LEAVE)],
    "missing",
  ],
  ["a group of a similar name has one", [plan("group", "g/sr", LEAVE), plan("group", "g/rpms", LEAVE)], "missing"],
])("when %s", (_, plans, expected) => {
  expect(hookStanding(plans, { source: "g/src/acl", dist: "g/rpms/acl" })).toBe(expected);
});

it("source-git elsewhere is not looked at", () => {
  expect(hookStanding(GROUPS, { source: undefined, dist: "g/rpms/acl" })).toBe("unknown");
});

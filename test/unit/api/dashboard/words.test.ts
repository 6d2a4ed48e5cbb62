// Durations, ages, names and links as people read them.
import { expect, it } from "@jest/globals";
import { requestName, webLink } from "../../../../src/api/dashboard/request-link.ts";
import { checksState, jobState, pairState, requestState } from "../../../../src/api/dashboard/state-words.ts";
import { age, durationText, moment } from "../../../../src/api/dashboard/times.ts";
import { PAIR_STATES, type RequestView } from "../../../../src/model/pair-view.ts";

const AT = Date.UTC(2026, 10, 20, 14, 2, 11);

it.each([
  [-3, "0.0 s"],
  [0.04, "0.0 s"],
  [9.94, "9.9 s"],
  [9.96, "10 s"],
  [59.4, "59 s"],
  [59.6, "1 min"],
  [3_580, "1 h"],
  [3_600 + 125, "1 h 2 min"],
  [86_399.9, "1 d"],
  [9 * 86_400 + 3_600, "9 d 1 h"],
  [40 * 86_400, "40 d"],
])("%d seconds are %s", (seconds, text) => {
  expect(durationText(seconds)).toBe(text);
});

it.each([
  [-5, "0 s ago"],
  [59, "59 s ago"],
  [61, "1 min ago"],
  [3_600 * 47, "47 h ago"],
  [86_400 * 3 + 5, "3 d ago"],
])("what was %d seconds ago was %s, and machines read when", (seconds, text) => {
  const shown = '<time datetime="2026-11-20T14:02:11.000Z" title="2026-11-20 14:02:11 UTC">';
  expect(age(AT, AT + seconds * 1_000).toString()).toBe(`${shown}${text}</time>`);
  expect(moment(AT).toString()).toBe(`${shown}2026-11-20 14:02:11 UTC</time>`);
});

it.each([
  ["https://gitlab.example/a?b=1&c", '<a href="https://gitlab.example/a?b=1&amp;c" rel="noreferrer">x</a>'],
  ["http://gitlab.example/a", '<a href="http://gitlab.example/a" rel="noreferrer">x</a>'],
  ["javascript:alert(1)", "x"],
  [" javascript:alert(1)", "x"],
  ["data:text/html,x", "x"],
  ["//gitlab.example/a", "x"],
  ["https://user:secret@gitlab.example/", "x"],
  ["", "x"],
])("the address %s becomes %s", (address, shown) => {
  expect(webLink(address, "x").toString()).toBe(shown);
});

it("names merge requests as their forge does", () => {
  const view = { projectPath: "g/p", iid: 5, webUrl: "https://gitlab.example/g/p/-/merge_requests/5" };
  const request: RequestView = { ...view, state: "opened", draft: false, branch: "main" };
  expect(requestName(request)).toBe("g/p!5");
  expect(requestName({ ...request, webUrl: "https://github.example/g/p/pull/5" })).toBe("g/p#5");
  expect([requestState(request), requestState({ ...request, draft: true })]).toEqual(["opened", "draft"]);
  expect(requestState({ ...request, draft: true, state: "merged" })).toBe("merged");
});

it("says every state by a word and a symbol, whatever its colour", () => {
  const checks = ["none", "pending", "running", "success", "failed"] as const;
  const jobs = ["waiting", "delayed", "active", "done", "noop", "refused", "failed"] as const;
  for (const shown of [...PAIR_STATES.map(pairState), ...checks.map(checksState), ...jobs.map(jobState)])
    expect(shown.toString()).toMatch(
      /^<span class="state \w+"><span aria-hidden="true">[✓◔▲✕–]<\/span> [a-z ]+<\/span>$/,
    );
});

// GitHub's deliveries become events, reasons or complaints; nothing makes the parser throw.
import { describe, expect, it } from "@jest/globals";
import fc from "fast-check";
import { parseGitHubDelivery } from "../../../src/events/github/parse-github-delivery.ts";

const repository = { id: 34, full_name: "org/pkg" };
const event = { kind: "merge-request-changed", forge: "github", projectId: 34, projectPath: "org/pkg", iid: 12 };
const parse = (name: string | undefined, payload: unknown) => parseGitHubDelivery(name, payload, "/tandem");

describe("pull_request", () => {
  it.each([
    "opened",
    "edited",
    "synchronize",
    "closed",
    "reopened",
    "labeled",
    "converted_to_draft",
    "ready_for_review",
    "new-one",
    undefined,
  ])("leads to the same event with action %s", (action) => {
    const payload = { action, repository, pull_request: { number: 12, head: { repo: null }, body: null } };
    expect(parse("pull_request", payload)).toEqual(event);
  });

  it.each([
    ["no repository", { pull_request: { number: 12 } }],
    ["no id", { repository: { full_name: "org/pkg" }, pull_request: { number: 12 } }],
    ["no pull request", { repository }],
    ["a number that is none", { repository, pull_request: { number: "12" } }],
    ["a name that is no name", { repository: { id: 34, full_name: "pkg" }, pull_request: { number: 12 } }],
  ])("with %s is malformed", (_, payload) => {
    expect(parse("pull_request", payload)).toEqual({ kind: "malformed", problem: expect.any(String) });
  });
});

describe("issue_comment", () => {
  const comment = (body: unknown, more: object = {}) => ({
    action: "created",
    repository,
    issue: { number: 12, pull_request: { url: "https://api.github.test/x" } },
    comment: { id: 1, body },
    ...more,
  });

  it.each(["/tandem sync", "/tandem help\nplease", "  /tandem   retest  "])("with the command %j", (body) => {
    expect(parse("issue_comment", comment(body))).toEqual(event);
  });

  it("that was edited into a command", () => {
    expect(parse("issue_comment", comment("/tandem sync", { action: "edited" }))).toEqual(event);
  });

  it.each([
    ["no command", comment("Looks good"), "The comment is no command"],
    ["a quoted command", comment("> /tandem sync"), "The comment is no command"],
    ["the prefix alone", comment("/tandem"), "The comment is no command"],
    ["another's prefix", comment("/tandem-stg sync"), "The comment is no command"],
    ["no text", comment(null), "The comment is no command"],
    ["a deleted command", comment("/tandem sync", { action: "deleted" }), "Only new and edited comments are read"],
    ["an issue", comment("/tandem sync", { issue: { number: 12 } }), "The comment is not on a pull request"],
    [
      "null for it",
      comment("/tandem sync", { issue: { number: 12, pull_request: null } }),
      "The comment is not on a pull request",
    ],
  ])("with %s is ignored", (_, payload, reason) => {
    expect(parse("issue_comment", payload)).toEqual({ kind: "ignored", reason });
  });
});

it.each([
  ["ping", "pong"],
  ["push", "push is not handled"],
  ["commit_comment", "commit_comment is not handled"],
  ["check_run", "check_run is not handled"],
  ["whatever", "This event is not known"],
])("%s is ignored", (name, reason) => {
  expect(parse(name, { repository })).toEqual({ kind: "ignored", reason });
});

it.each([[null], [7], ["text"], [[]], [{}]])("the body %j is malformed", (payload) => {
  expect(parse("pull_request", payload)).toMatchObject({ kind: "malformed" });
});

it("never throws", () => {
  const name = fc.constantFrom("pull_request", "issue_comment", "ping", "push", "x", undefined);
  fc.assert(
    fc.property(name, fc.jsonValue(), (eventName, payload) => {
      for (const each of [payload, { repository: payload }, { repository, issue: payload, pull_request: payload }]) {
        expect(["merge-request-changed", "ignored", "malformed"]).toContain(parse(eventName, each).kind);
      }
    }),
  );
});

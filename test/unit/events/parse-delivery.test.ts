// Deliveries become events, reasons or complaints; nothing makes the parser throw.
import { describe, expect, it } from "@jest/globals";
import fc from "fast-check";
import { KNOWN_EVENTS } from "../../../src/events/gitlab/event-names.ts";
import { projectPathOf } from "../../../src/events/gitlab/project-path.ts";
import { parseDelivery } from "../../../src/events/parse-delivery.ts";
import {
  mergeRequestPayload,
  notePayload,
  otherPayload,
  pipelinePayload,
  pushPayload,
} from "../../support/gitlab-payloads.ts";

const MR = "Merge Request Hook";
const NOTE = "Note Hook";
const PUSH = "Push Hook";
const ACTIONS = [
  "open",
  "close",
  "reopen",
  "update",
  "approved",
  "unapproved",
  "approval",
  "unapproval",
  "merge",
  "new-one",
  undefined,
];
const STATES = ["opened", "closed", "merged", "locked", "unheard-of"];

const parse = (event: string | undefined, payload: unknown) => parseDelivery(event, payload, "/tandem");

describe("a merge request", () => {
  it.each(ACTIONS.flatMap((action) => STATES.map((state) => [action, state] as const)))(
    "leads to the same event with action %s and state %s",
    (action, state) => {
      expect(parse(MR, mergeRequestPayload({ action, state, iid: 12, projectId: 34, path: "a/b/c" }))).toEqual({
        kind: "merge-request-changed",
        forge: "gitlab",
        projectId: 34,
        projectPath: "a/b/c",
        iid: 12,
      });
    },
  );

  it.each([
    "action",
    "state",
    "title",
    "description",
    "source_branch",
    "target_branch",
    "last_commit",
    "source",
    "oldrev",
    "url",
  ])("does not need %s", (field) => {
    for (const value of [null, undefined]) {
      const payload = mergeRequestPayload();
      const attributes = { ...payload.object_attributes, [field]: value };
      expect(parse(MR, { ...payload, user: null, changes: null, object_attributes: attributes })).toMatchObject({
        iid: 5,
      });
    }
  });

  it("finds the project's id as the target, too", () => {
    const { project, ...payload } = mergeRequestPayload({ projectId: 34 });
    const { id: _, ...withoutId } = project;
    expect(parse(MR, { ...payload, project: withoutId })).toMatchObject({ projectId: 34 });
  });

  it.each<[string, object, string]>([
    ["another kind", { object_kind: "note" }, "object_kind"],
    ["no attributes", { object_attributes: null }, "object_attributes"],
    ["iid as text", { object_attributes: { iid: "5", target_project_id: 1 } }, "object_attributes.iid"],
    ["a negative iid", { object_attributes: { iid: -5 } }, "object_attributes.iid"],
    ["an iid beyond all bounds", { object_attributes: { iid: 1e300 } }, "object_attributes.iid"],
    ["no id of the project", { project: { path_with_namespace: "a/b" }, object_attributes: { iid: 5 } }, "project.id"],
    ["no project", { project: undefined }, "project"],
    ["project null", { project: null }, "project"],
    ["project of another type", { project: "a/b" }, "project"],
    ["a path that is none", { project: { id: 1, path_with_namespace: "../etc/passwd" } }, "project"],
  ])("is malformed with %s", (_, change, problem) => {
    expect(parse(MR, { ...mergeRequestPayload(), ...change })).toEqual({
      kind: "malformed",
      problem: expect.stringContaining(problem),
    });
  });
});

describe("a pipeline", () => {
  it("leads to an event with ref and commit", () => {
    const sha = "c".repeat(40);
    expect(parse("Pipeline Hook", pipelinePayload({ ref: "src-1-c9s", sha, status: "never-heard-of" }))).toEqual({
      kind: "pipeline-changed",
      forge: "gitlab",
      projectId: 303,
      projectPath: "bot/pkg",
      pipelineId: 77,
      ref: "src-1-c9s",
      sha,
    });
  });

  it.each(["status", "detailed_status", "source", "iid"])("does not need %s", (field) => {
    const payload = pipelinePayload();
    const attributes = { ...payload.object_attributes, [field]: null };
    expect(parse("Pipeline Hook", { ...payload, merge_request: undefined, object_attributes: attributes }).kind).toBe(
      "pipeline-changed",
    );
  });

  it.each<[string, object, string]>([
    ["no commit", { sha: null }, "object_attributes.sha"],
    ["a short commit", { sha: "abc123" }, "object_attributes.sha"],
    ["the null commit", { sha: "0".repeat(40) }, "object_attributes.sha"],
    ["no ref", { ref: null }, "object_attributes.ref"],
    ["a ref of 5 MB", { ref: "x".repeat(5_000_000) }, "object_attributes.ref"],
  ])("is malformed with %s", (_, change, problem) => {
    const payload = pipelinePayload();
    const result = parse("Pipeline Hook", {
      ...payload,
      object_attributes: { ...payload.object_attributes, ...change },
    });
    expect(result).toEqual({ kind: "malformed", problem: expect.stringContaining(problem) });
    expect(JSON.stringify(result).length).toBeLessThan(500);
  });

  it("of a tag is ignored", () => {
    const payload = pipelinePayload();
    const attributes = { ...payload.object_attributes, tag: true };
    expect(parse("Pipeline Hook", { ...payload, object_attributes: attributes }).kind).toBe("ignored");
  });
});

describe("a note", () => {
  const onMergeRequest = (attributes: object, around: object = {}) => ({
    ...notePayload(),
    object_attributes: { ...notePayload().object_attributes, ...attributes },
    ...around,
  });

  it.each(["/tandem sync", "/tandem  retest\r\nplease", "/tandem never heard of", " /tandem ok\nthanks"])(
    "that is a command (%j) leads to a look at its merge request",
    (note) => {
      expect(parse(NOTE, notePayload({ note, iid: 12, projectId: 34, path: "a/b/c" }))).toEqual({
        kind: "merge-request-changed",
        forge: "gitlab",
        projectId: 34,
        projectPath: "a/b/c",
        iid: 12,
      });
    },
  );

  it.each<[string, object, string]>([
    ["is no command", onMergeRequest({ note: "must be reopened" }), "The comment is no command"],
    ["is a command of another instance", onMergeRequest({ note: "/tandem-stg sync" }), "The comment is no command"],
    ["quotes a command", onMergeRequest({ note: "> /tandem sync" }), "The comment is no command"],
    ["is null", onMergeRequest({ note: null }), "The comment is no command"],
    ["is on an issue", onMergeRequest({ noteable_type: "Issue" }), "The comment is not on a merge request"],
    [
      "is on a commit",
      onMergeRequest({ noteable_type: "Commit" }, { merge_request: undefined }),
      "The comment is not on a merge request",
    ],
    ["is on a snippet", onMergeRequest({ noteable_type: "Snippet" }), "The comment is not on a merge request"],
    ["is GitLab's own", onMergeRequest({ system: true }), "GitLab's own comments are not read"],
    ["is internal", onMergeRequest({ internal: true }), "Internal comments are not read"],
    [
      "is internal, by its type",
      onMergeRequest({}, { event_type: "confidential_note" }),
      "Internal comments are not read",
    ],
  ])("that %s is ignored", (_, payload, reason) => {
    expect(parse(NOTE, payload)).toEqual({ kind: "ignored", reason });
  });

  it("that is confidential is ignored by its event's name", () => {
    expect(parse("Confidential Note Hook", notePayload()).kind).toBe("ignored");
  });

  it.each(["event_type", "user", "project_id"])("does not need %s", (field) => {
    for (const value of [null, undefined])
      expect(parse(NOTE, { ...notePayload(), [field]: value })).toMatchObject({ iid: 5 });
  });

  it.each<[string, object, string]>([
    ["another kind", onMergeRequest({}, { object_kind: "push" }), "object_kind"],
    ["no attributes", { ...notePayload(), object_attributes: null }, "object_attributes"],
    ["no type of what it is on", onMergeRequest({ noteable_type: null }), "object_attributes.noteable_type"],
    ["a list for text", onMergeRequest({ note: ["/tandem sync"] }), "object_attributes.note"],
    ["no merge request", onMergeRequest({}, { merge_request: null }), "merge_request"],
    ["a merge request without iid", onMergeRequest({}, { merge_request: { id: 1 } }), "merge_request.iid"],
    ["no project id", onMergeRequest({}, { project: { path_with_namespace: "a/b" } }), "project.id"],
  ])("is malformed with %s", (_, payload, problem) => {
    expect(parse(NOTE, payload)).toEqual({ kind: "malformed", problem: expect.stringContaining(problem) });
  });
});

describe("a push", () => {
  const zeros = "0".repeat(40);

  it.each<[string, object]>([
    ["with commits", {}],
    ["without commits: a branch at an existing commit", { commits: [], total_commits_count: 0 }],
    ["that makes the branch", { before: zeros }],
    ["whose commits are null", { commits: null, checkout_sha: null, before: null }],
  ])("%s leads to an event", (_, change) => {
    expect(parse(PUSH, { ...pushPayload({ ref: "refs/heads/a/b" }), ...change })).toEqual({
      kind: "branch-pushed",
      forge: "gitlab",
      projectId: 404,
      projectPath: "group/rpms/pkg",
      branch: "a/b",
    });
  });

  it.each<[string, Parameters<typeof pushPayload>[0], string]>([
    ["deletes the branch", { after: zeros }, "The branch was deleted"],
    ["deletes the branch (SHA-256)", { after: "0".repeat(64) }, "The branch was deleted"],
    ["is to a tag", { ref: "refs/tags/v1" }, "The push is not to a branch"],
    ["is to something else", { ref: "refs/keep-around/1" }, "The push is not to a branch"],
    ["names no ref", { ref: "" }, "The push is not to a branch"],
    ["is to a branch without name", { ref: "refs/heads/" }, "The branch's name is none that git accepts"],
    ["is to a branch like an option", { ref: "refs/heads/--force" }, "The branch's name is none that git accepts"],
    ["is to a branch like a path", { ref: "refs/heads/../x" }, "The branch's name is none that git accepts"],
    [
      "is to a branch of 5 MB",
      { ref: `refs/heads/${"x".repeat(5_000_000)}` },
      "The branch's name is none that git accepts",
    ],
  ])("that %s is ignored", (_, options, reason) => {
    expect(parse(PUSH, pushPayload(options))).toEqual({ kind: "ignored", reason });
  });

  it.each<[string, object, string]>([
    ["another kind", { object_kind: "tag_push" }, "object_kind"],
    ["no ref", { ref: null }, "ref"],
    ["no new commit", { after: null }, "after"],
    ["no project id", { project: { path_with_namespace: "a/b" } }, "project.id"],
  ])("is malformed with %s", (_, change, problem) => {
    expect(parse(PUSH, { ...pushPayload(), ...change })).toEqual({
      kind: "malformed",
      problem: expect.stringContaining(problem),
    });
  });
});

describe("other events", () => {
  it.each(KNOWN_EVENTS.filter((name) => ![MR, NOTE, PUSH, "Pipeline Hook"].includes(name)))(
    "%s is ignored with that reason",
    (name) => {
      expect(parse(name, otherPayload("whatever"))).toEqual({
        kind: "ignored",
        reason: `${name} is not handled`,
      });
    },
  );

  it("a name that nobody knows is ignored, and not repeated", () => {
    expect(parse("<script> Hook", otherPayload("x"))).toEqual({
      kind: "ignored",
      reason: "This event is not known",
    });
  });

  it.each([undefined, ""])("no name (%j) is malformed", (name) => {
    expect(parse(name, mergeRequestPayload())).toMatchObject({
      kind: "malformed",
      problem: expect.stringContaining("X-Gitlab-Event"),
    });
  });

  it("an event of a project without project is malformed, one of a group or the instance is not", () => {
    expect(parse("Push Hook", { object_kind: "push" }).kind).toBe("malformed");
    expect(parse("Subgroup Hook", { event_name: "subgroup_create" }).kind).toBe("ignored");
    expect(parse("System Hook", { event_name: "user_create" }).kind).toBe("ignored");
  });
});

it.each([
  ["null", null],
  ["a number", 0],
  ["text", "x"],
  ["a list", [mergeRequestPayload()]],
  ["nothing in it", {}],
  ["undefined", undefined],
])("a body that is %s is malformed", (_, payload) => {
  for (const name of [MR, NOTE, PUSH, "Pipeline Hook", "System Hook", "Unknown Hook"])
    expect(parse(name, payload).kind).toBe("malformed");
});

describe("projectPathOf", () => {
  it.each<[object, string | undefined]>([
    [{ project: { path_with_namespace: "a/b/c" } }, "a/b/c"],
    [{ project: { git_http_url: "https://gitlab.test:8443/a/b/c.git" } }, "a/b/c"],
    [{ project: { path_with_namespace: null, http_url: "http://gitlab.test/a/b.git" } }, "a/b"],
    [{ project: { web_url: "https://gitlab.test/a/b" } }, "a/b"],
    [{ repository: { git_http_url: "https://gitlab.test/a/b.git" } }, "a/b"],
    [{ repository: { homepage: "https://gitlab.test/a/b" } }, "a/b"],
    [{ project: {}, repository: { homepage: "https://gitlab.test/a/b" } }, undefined],
    [{ project: { path_with_namespace: "a" } }, undefined],
    [{ project: { path_with_namespace: "a/../b", web_url: "https://gitlab.test/a/b" } }, undefined],
    [{ project: { path_with_namespace: ["a/b"] } }, undefined],
    [{ project: { git_http_url: "ssh://git@gitlab.test/a/b.git" } }, undefined],
    [{ project: { git_http_url: "not a url" } }, undefined],
    [{ project: { web_url: "https://gitlab.test/a/b%2Fc" } }, undefined],
    [{}, undefined],
  ])("%j: %s", (payload, expected) => {
    expect(projectPathOf(payload)).toBe(expected);
  });
});

describe("random input", () => {
  const names = fc.constantFrom(...KNOWN_EVENTS, "Other Hook", "", undefined);

  it("never throws, whatever the payload", () => {
    fc.assert(
      fc.property(names, fc.anything(), (name, payload) => {
        expect(["malformed", "ignored", "merge-request-changed", "pipeline-changed", "branch-pushed"]).toContain(
          parse(name, payload).kind,
        );
      }),
    );
  });

  it("never throws, whatever stands in place of a field", () => {
    const payloads = [mergeRequestPayload(), pipelinePayload(), notePayload(), pushPayload()];
    // Every field that GitLab sends, down to the second level.
    const fields = payloads.flatMap((payload) =>
      Object.entries(payload).flatMap(([name, value]) => [
        name,
        ...Object.keys(value !== null && typeof value === "object" ? value : {}).map((inner) => `${name}.${inner}`),
      ]),
    );
    const paths = fc.constantFrom(...new Set(fields));
    const values = fc.oneof(fc.jsonValue(), fc.constant(undefined));
    fc.assert(
      fc.property(fc.constantFrom(...payloads), paths, values, (payload, path, value) => {
        const changed = structuredClone(payload) as Record<string, unknown>;
        const [outer = "", inner] = path.split(".");
        if (inner === undefined) changed[outer] = value;
        else changed[outer] = { ...(changed[outer] as object), [inner]: value };
        for (const name of [MR, NOTE, PUSH, "Pipeline Hook"]) expect(() => parse(name, changed)).not.toThrow();
      }),
    );
  });
});

// Deliveries become events, reasons or complaints; nothing makes the parser throw.
import { describe, expect, it } from "@jest/globals";
import fc from "fast-check";
import { KNOWN_EVENTS } from "../../../src/events/gitlab/event-names.ts";
import { projectPathOf } from "../../../src/events/gitlab/project-path.ts";
import { parseDelivery } from "../../../src/events/parse-delivery.ts";
import { mergeRequestPayload, otherPayload, pipelinePayload } from "../../support/gitlab-payloads.ts";

const MR = "Merge Request Hook";
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

describe("a merge request", () => {
  it.each(ACTIONS.flatMap((action) => STATES.map((state) => [action, state] as const)))(
    "leads to the same event with action %s and state %s",
    (action, state) => {
      expect(parseDelivery(MR, mergeRequestPayload({ action, state, iid: 12, projectId: 34, path: "a/b/c" }))).toEqual({
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
      expect(parseDelivery(MR, { ...payload, user: null, changes: null, object_attributes: attributes })).toMatchObject(
        { iid: 5 },
      );
    }
  });

  it("finds the project's id as the target, too", () => {
    const { project, ...payload } = mergeRequestPayload({ projectId: 34 });
    const { id: _, ...withoutId } = project;
    expect(parseDelivery(MR, { ...payload, project: withoutId })).toMatchObject({ projectId: 34 });
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
    expect(parseDelivery(MR, { ...mergeRequestPayload(), ...change })).toEqual({
      kind: "malformed",
      problem: expect.stringContaining(problem),
    });
  });
});

describe("a pipeline", () => {
  it("leads to an event with ref and commit", () => {
    const sha = "c".repeat(40);
    expect(
      parseDelivery("Pipeline Hook", pipelinePayload({ ref: "src-1-c9s", sha, status: "never-heard-of" })),
    ).toEqual({
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
    expect(
      parseDelivery("Pipeline Hook", { ...payload, merge_request: undefined, object_attributes: attributes }).kind,
    ).toBe("pipeline-changed");
  });

  it.each<[string, object, string]>([
    ["no commit", { sha: null }, "object_attributes.sha"],
    ["a short commit", { sha: "abc123" }, "object_attributes.sha"],
    ["the null commit", { sha: "0".repeat(40) }, "object_attributes.sha"],
    ["no ref", { ref: null }, "object_attributes.ref"],
    ["a ref of 5 MB", { ref: "x".repeat(5_000_000) }, "object_attributes.ref"],
  ])("is malformed with %s", (_, change, problem) => {
    const payload = pipelinePayload();
    const result = parseDelivery("Pipeline Hook", {
      ...payload,
      object_attributes: { ...payload.object_attributes, ...change },
    });
    expect(result).toEqual({ kind: "malformed", problem: expect.stringContaining(problem) });
    expect(JSON.stringify(result).length).toBeLessThan(500);
  });

  it("of a tag is ignored", () => {
    const payload = pipelinePayload();
    const attributes = { ...payload.object_attributes, tag: true };
    expect(parseDelivery("Pipeline Hook", { ...payload, object_attributes: attributes }).kind).toBe("ignored");
  });
});

describe("other events", () => {
  it.each(KNOWN_EVENTS.filter((name) => name !== MR && name !== "Pipeline Hook"))(
    "%s is ignored with that reason",
    (name) => {
      expect(parseDelivery(name, otherPayload("whatever"))).toEqual({
        kind: "ignored",
        reason: `${name} is not handled`,
      });
    },
  );

  it("a name that nobody knows is ignored, and not repeated", () => {
    expect(parseDelivery("<script> Hook", otherPayload("x"))).toEqual({
      kind: "ignored",
      reason: "This event is not known",
    });
  });

  it.each([undefined, ""])("no name (%j) is malformed", (name) => {
    expect(parseDelivery(name, mergeRequestPayload())).toMatchObject({
      kind: "malformed",
      problem: expect.stringContaining("X-Gitlab-Event"),
    });
  });

  it("an event of a project without project is malformed, one of a group or the instance is not", () => {
    expect(parseDelivery("Push Hook", { object_kind: "push" }).kind).toBe("malformed");
    expect(parseDelivery("Subgroup Hook", { event_name: "subgroup_create" }).kind).toBe("ignored");
    expect(parseDelivery("System Hook", { event_name: "user_create" }).kind).toBe("ignored");
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
  for (const name of [MR, "Pipeline Hook", "System Hook", "Unknown Hook"])
    expect(parseDelivery(name, payload).kind).toBe("malformed");
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
        expect(["malformed", "ignored", "merge-request-changed", "pipeline-changed"]).toContain(
          parseDelivery(name, payload).kind,
        );
      }),
    );
  });

  it("never throws, whatever stands in place of a field", () => {
    const payloads = [mergeRequestPayload(), pipelinePayload()];
    const paths = fc.constantFrom(
      "object_kind",
      "project",
      "object_attributes",
      "project.id",
      "project.path_with_namespace",
      "object_attributes.iid",
      "object_attributes.id",
      "object_attributes.sha",
      "object_attributes.ref",
    );
    fc.assert(
      fc.property(fc.constantFrom(...payloads), paths, fc.jsonValue(), (payload, path, value) => {
        const changed = structuredClone(payload) as Record<string, unknown>;
        const [outer = "", inner] = path.split(".");
        if (inner === undefined) changed[outer] = value;
        else changed[outer] = { ...(changed[outer] as object), [inner]: value };
        for (const name of [MR, "Pipeline Hook"]) expect(() => parseDelivery(name, changed)).not.toThrow();
      }),
    );
  });
});

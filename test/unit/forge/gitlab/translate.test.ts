import { describe, expect, it } from "@jest/globals";
import { projectSchema } from "../../../../src/forge/gitlab/schemas.ts";
import { toProject } from "../../../../src/forge/gitlab/translate.ts";

const PROJECT = {
  id: 1,
  path_with_namespace: "src/pkg",
  web_url: "https://gitlab.test/src/pkg",
  http_url_to_repo: "https://gitlab.test/src/pkg.git",
};

describe("whether a project of GitLab is public", () => {
  it.each([
    ["public", undefined, true],
    ["public", "enabled", true],
    ["public", "private", false],
    ["public", "disabled", false],
    ["internal", "enabled", false],
    ["private", "enabled", false],
    [undefined, undefined, false],
    ["something new", "enabled", false],
  ])("visibility %s with merge requests %s: %s", (visibility, merge_requests_access_level, isPublic) => {
    const answer = projectSchema.parse({ ...PROJECT, visibility, merge_requests_access_level });
    expect(toProject(answer).isPublic).toBe(isPublic);
  });
});

// The survey: what is sound can be used, whatever else is wrong.
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, describe, expect, it } from "@jest/globals";
import { checkConfig } from "../../../src/config/load.ts";
import { surveyConfig } from "../../../src/config/survey.ts";

const cwd = mkdtempSync(join(tmpdir(), "tandem-survey-"));
afterAll(() => rmSync(cwd, { recursive: true }));

function write(text: string): string {
  const path = join(cwd, "mine.yaml");
  writeFileSync(path, text);
  return path;
}

const GOOD_ROUTE = 'routes: [{ name: a, source: "g/s/{package}", branches: [x], dist: "g/d/{package}" }]\n';

describe("surveyConfig", () => {
  it("gives all of a good configuration, with every secret that is there and no demand for the others", () => {
    const env = { TANDEM_CONFIG: write(GOOD_ROUTE), GITLAB_TOKEN: "glpat-x", ADMIN_TOKEN: "a".repeat(20) };
    const survey = surveyConfig({ env, cwd });
    expect(survey).toMatchObject({ problems: [], environment: "development", queue: { kind: "embedded" } });
    expect(survey.gitlabToken?.reveal()).toBe("glpat-x");
    expect(survey.adminToken?.reveal()).toBe("a".repeat(20));
    expect(survey.githubToken).toBeUndefined();
    expect(survey.options.git?.cacheDir).toBe(join(cwd, ".tandem/git"));
    const checked = checkConfig({ env, cwd, role: "check" });
    expect(checked.ok && survey.options).toEqual(
      checked.ok &&
        Object.fromEntries(Object.keys(survey.options).map((key) => [key, Reflect.get(checked.config, key)])),
    );
  });

  it.each([
    ["an option of a section", `${GOOD_ROUTE}gitlab: { url: nonsense }\n`, ["gitlab"]],
    ["a route", "routes: [{ name: a }]\n", ["routes"]],
    ["what no schema sees in a route", GOOD_ROUTE.replace("g/d/{package}", "g/d/{path}"), ["routes"]],
    ["an option that is unknown", `${GOOD_ROUTE}colour: red\n`, []],
  ])("leaves out the section that is wrong, and only that: %s", (_, text, missing) => {
    const { problems, options } = surveyConfig({ env: { TANDEM_CONFIG: write(text) }, cwd });
    expect(problems.length).toBeGreaterThan(0);
    const all = ["gitlab", "github", "listen", "git", "routes", "commands", "sweep", "limits", "log"];
    expect(Object.keys(options).sort()).toEqual(all.filter((name) => !missing.includes(name)).sort());
  });

  it("uses nothing of the files when one of them cannot be read: a token must not go to another forge", () => {
    const { problems, options } = surveyConfig({ env: { TANDEM_CONFIG: "missing.yaml", GITLAB_TOKEN: "t" }, cwd });
    expect(problems).toHaveLength(1);
    expect(options).toEqual({});
  });

  it("says what production demands of queue and routes, and goes on", () => {
    const { problems, options } = surveyConfig({ env: { TANDEM_ENV: "production" }, cwd });
    expect(problems.map(({ path }) => path)).toEqual(["QUEUE_URL"]);
    expect(options.routes).toHaveLength(1);
  });

  it("has no more than the secrets when the environment has no known name", () => {
    const { problems, options } = surveyConfig({ env: { TANDEM_ENV: "testing" }, cwd });
    expect(problems.map(({ path }) => path)).toEqual(["TANDEM_ENV"]);
    expect(options).toEqual({});
  });
});

// `tandem package add` against the GitLab double: from a package elsewhere to one that is served, whatever happens between.
import { mkdtempSync, readdirSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "@jest/globals";
import { addPackageCommands } from "../../../src/cli/package.ts";
import { type GitLabDouble, startGitLabDouble } from "../../gitlab-double/gitlab-double.ts";
import type { Project } from "../../gitlab-double/state/types.ts";
import { type Account, createPackage, type Package } from "../../support/package.ts";
import { runCommand } from "../../support/run-command.ts";

const home = mkdtempSync(join(tmpdir(), "tandem-package-add-"));
let double: GitLabDouble;
let admin: Account;
let stranger: Account;

beforeAll(async () => {
  double = await startGitLabDouble({ dataDir: join(home, "gitlab") });
  admin = double.admin.createUser("admin");
  stranger = double.admin.createUser("stranger");
  for (const path of ["packit-service/src", "packit-service/rpms"]) {
    const group = double.admin.createGroup(path, { visibility: "public" });
    double.admin.addMember(group, admin.user, 50);
  }
});
afterAll(async () => {
  await double.close();
  rmSync(home, { recursive: true, force: true });
});

/** A package elsewhere on the same GitLab. */
function upstream(name: string, hasCi = false): Promise<Package> {
  return createPackage(double, { name, source: `upstream/src/${name}`, dist: `upstream/rpms/${name}`, hasCi });
}

function add(name: string, { from, more = [], token = admin.token, environment = "staging" }: AddOptions = {}) {
  const url = from ?? double.url;
  const args = ["package", "add", name, "--route", environment === "staging" ? "staging" : "centos-stream"];
  const places = ["--from", `${url}/upstream/src/${name}.git`, "--dist", `${url}/upstream/rpms/${name}.git`];
  return runCommand([...args, ...places, ...more], {
    commands: [addPackageCommands],
    env: {
      PATH: process.env.PATH,
      TANDEM_ENV: environment,
      GITLAB_URL: double.url,
      GITLAB_TOKEN: token,
      TANDEM_GIT_CACHE: join(home, "cache", "git"),
    },
    cwd: home,
  });
}

interface AddOptions {
  readonly from?: string;
  readonly more?: readonly string[];
  readonly token?: string;
  readonly environment?: "staging" | "production";
}

function served(name: string): { readonly source: Project | undefined; readonly dist: Project | undefined } {
  const at = (path: string) => double.view.projects().find((project) => double.view.pathOf(project) === path);
  return { source: at(`packit-service/src/${name}`), dist: at(`packit-service/rpms/${name}`) };
}

function both(name: string): { readonly source: Project; readonly dist: Project } {
  const { source, dist } = served(name);
  if (!source || !dist) throw new Error(`${name} is not there`);
  return { source, dist };
}

const head = (project: Project) => double.view.commit(project, double.view.branches(project).c9s ?? "");

const writes = () =>
  double.logs.requests.filter(({ method, path }) => method !== "GET" && !path.endsWith("/git-upload-pack")).length;

describe("a package that is added", () => {
  let pkg: Package;
  beforeAll(async () => {
    pkg = await upstream("acl");
  });

  it("--dry-run prints the steps and writes nothing", async () => {
    const before = writes();
    const { code, stdout } = await add("acl", { more: ["--dry-run"] });
    expect({ code, stdout }).toEqual({
      code: 0,
      stdout: [
        "would create packit-service/rpms/acl",
        "would create packit-service/src/acl",
        "would push the tags of source-git to packit-service/src/acl",
        "would push c9s, with a CI file: packit-service/rpms/acl",
        "would push c9s, with a CI file: packit-service/src/acl",
        "would show c9s first: packit-service/rpms/acl",
        "would show c9s first: packit-service/src/acl",
        "",
      ].join("\n"),
    });
    expect(writes()).toBe(before);
  });

  it("has both projects, tags, branches and a CI file on both sides, and is in step", async () => {
    const { code, stdout, stderr } = await add("acl");
    expect({ code, stdout }).toEqual({
      code: 0,
      stdout: `source-git  ${double.url}/packit-service/src/acl\ndist-git    ${double.url}/packit-service/rpms/acl\nc9s: in step\n`,
    });
    expect(stderr).toContain("create packit-service/src/acl\n");
    const { source, dist } = both("acl");
    const { view } = double;
    expect([source.visibility, dist.visibility]).toEqual(["public", "public"]);
    expect([source.defaultBranch, dist.defaultBranch]).toEqual(["c9s", "c9s"]);
    expect(Object.keys(view.branches(source))).toEqual(["c9s"]);
    expect(view.refs(source).get("refs/tags/v1.0")).toBe(view.refs(pkg.source).get("refs/tags/v1.0"));
    const ci = await view.file(dist, "c9s", ".gitlab-ci.yml");
    expect(ci).toContain("scratch-build");
    expect(await view.file(source, "c9s", ".distro/.gitlab-ci.yml")).toBe(ci);
    // One commit on top of what came, on each side; source-git's names dist-git's.
    expect((await head(dist))?.parents).toEqual([view.branches(pkg.dist).c9s]);
    expect((await head(source))?.message).toContain(`\nFrom-dist-git-commit: ${view.branches(dist).c9s}\n`);
    // Nothing is left on the disk.
    expect(readdirSync(join(home, "cache")).filter((each) => each.includes("adding"))).toEqual([]);
  });

  it("is left alone when it is added again", async () => {
    const before = writes();
    const { code, stdout } = await add("acl");
    expect(code).toBe(0);
    expect(stdout).toContain("c9s: in step");
    expect(writes()).toBe(before);
    expect((await add("acl", { more: ["--dry-run"] })).stdout).toBe("nothing to do\n");
  });
});

it("keeps the CI files that it has", async () => {
  const pkg = await upstream("with-ci", true);
  expect((await add("with-ci")).code).toBe(0);
  const { source, dist } = both("with-ci");
  expect(double.view.branches(source)).toEqual(double.view.branches(pkg.source));
  expect(double.view.branches(dist)).toEqual(double.view.branches(pkg.dist));
});

it.each([
  ["before the second project", "before", { method: "POST", path: /\/api\/v4\/projects$/, skip: 1 }],
  ["after the push to dist-git", "after", { method: "POST", path: /git-receive-pack$/, skip: 1 }],
  ["before the push to source-git", "before", { method: "POST", path: /git-receive-pack$/, skip: 2 }],
] as const)("a run that failed %s goes on when it is repeated", async (where, when, match) => {
  const name = `torn-${where.split(" ").join("-")}`;
  const pkg = await upstream(name);
  double.faults.answer(match, { status: 500, text: "broken" }, when);
  expect((await add(name)).code).toBe(1);
  double.faults.clear();
  const { code, stdout } = await add(name);
  expect({ code, inStep: stdout.includes("c9s: in step") }).toEqual({ code: 0, inStep: true });
  const { source, dist } = both(name);
  expect((await head(source))?.parents).toEqual([double.view.branches(pkg.source).c9s]);
  expect((await head(dist))?.parents).toEqual([double.view.branches(pkg.dist).c9s]);
});

describe("nothing is made", () => {
  it("of a package whose sides are not in step", async () => {
    const pkg = await upstream("ahead");
    await double.admin.commit(pkg.source, {
      branch: "c9s",
      user: pkg.maintainer,
      message: "Change it\n",
      files: { "hello.c": "int main(void) { return 1; }\n" },
    });
    const { code, stderr } = await add("ahead");
    expect(code).toBe(2);
    expect(stderr).toContain("The branches c9s of ahead are not in step: source-git has changes that dist-git lacks");
    expect(served("ahead")).toEqual({ source: undefined, dist: undefined });
  });

  it.each<[string, string, string, AddOptions]>([
    ["an unknown route", "no-route", "There is no route other", { more: ["--route", "other"] }],
    ["a name that is a path", "../x", "is no package of route staging", {}],
    ["a repository that is not there", "missing", "not found", {}],
    ["an address with credentials", "acl", "was refused", { from: "http://me:secret@127.0.0.1:1" }],
    ["a file", "acl", "was refused", { from: "file:///etc" }],
    ["a group that is not there", "with-ci", "There is no group redhat/centos-stream/", { environment: "production" }],
  ])("for %s", async (_, name, said, options) => {
    const before = writes();
    const { code, stderr } = await add(name, options);
    expect(stderr).toContain(said);
    expect(code).toBe(2);
    expect(writes()).toBe(before);
  });

  it("by somebody who may not create projects there", async () => {
    await upstream("denied");
    const { code, stderr } = await add("denied", { token: stranger.token });
    expect({ code, said: stderr.includes("the role Maintainer in packit-service/") }).toEqual({ code: 2, said: true });
    expect(served("denied")).toEqual({ source: undefined, dist: undefined });
  });
});

it("the token goes to the forge that it is for, and to no other", async () => {
  const other = await startGitLabDouble({ dataDir: join(home, "other") });
  try {
    await createPackage(other, { name: "far", source: "upstream/src/far", dist: "upstream/rpms/far" });
    expect((await add("far", { from: other.url })).code).toBe(0);
    const seen = other.logs.requests.filter(({ path }) => path.includes(".git/"));
    expect(seen.length).toBeGreaterThan(0);
    expect(seen.map(({ username }) => username)).toEqual(seen.map(() => undefined));
  } finally {
    await other.close();
  }
});

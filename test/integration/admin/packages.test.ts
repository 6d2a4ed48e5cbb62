// `tandem package add` and `list` against the GitLab double: from a package elsewhere to one that is served, whatever happens
// between.
import { mkdtempSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "@jest/globals";
import type { ListedPackage } from "../../../src/admin/packages/list.ts";
import { addPackageCommands } from "../../../src/cli/package.ts";
import { type GitLabDouble, startGitLabDouble } from "../../gitlab-double/gitlab-double.ts";
import type { Project } from "../../gitlab-double/state/types.ts";
import { type Account, contribute, createPackage, type Package } from "../../support/package.ts";
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
    const group = double.admin.createGroup(path, { visibility: "public", plan: "free" });
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

function add(name: string, { from, more = [], ...options }: AddOptions = {}) {
  const { environment = "staging" } = options;
  const url = from ?? double.url;
  const args = ["package", "add", name, "--route", environment === "staging" ? "staging" : "centos-stream"];
  const places = ["--from", `${url}/upstream/src/${name}.git`, "--dist", `${url}/upstream/rpms/${name}.git`];
  return run([...args, ...places, ...more], options);
}

function run(args: readonly string[], { token = admin.token, environment = "staging", hooks = false }: RunOptions) {
  return runCommand(args, {
    commands: [addPackageCommands],
    env: {
      PATH: process.env.PATH,
      TANDEM_ENV: environment,
      GITLAB_URL: double.url,
      GITLAB_TOKEN: token,
      TANDEM_GIT_CACHE: join(home, "cache", "git"),
      ...(hooks ? { TANDEM_CONFIG: writeConfig(), GITLAB_WEBHOOK_SECRET: "a-secret-for-webhooks-0123456789" } : {}),
    },
    cwd: home,
  });
}

/** Where webhooks would post; nobody listens there. */
const PUBLIC_URL = "http://127.0.0.1:9";

function writeConfig(): string {
  const file = join(home, "tandem.yaml");
  writeFileSync(file, `publicUrl: ${PUBLIC_URL}\n`);
  return file;
}

interface RunOptions {
  readonly token?: string;
  readonly environment?: "staging" | "production";
  /** Whether the configuration says how webhooks are made. */
  readonly hooks?: boolean;
}

interface AddOptions extends RunOptions {
  readonly from?: string;
  readonly more?: readonly string[];
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
      stdout: `source-git  ${double.url}/packit-service/src/acl\ndist-git    ${double.url}/packit-service/rpms/acl\nbranch      c9s in step\nwebhooks    not looked at: set publicUrl and GITLAB_WEBHOOK_SECRET, and run \`tandem webhook install\`\n`,
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
    expect(stdout).toContain("c9s in step");
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
  expect({ code, inStep: stdout.includes("c9s in step") }).toEqual({ code: 0, inStep: true });
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

describe("webhooks and the list", () => {
  it("a package that is added has its webhooks, and the list says how each package stands", async () => {
    const pkg = await upstream("listed");
    const added = await add("listed", { hooks: true });
    expect({ code: added.code, hooks: /^webhooks {4}(.*)$/m.exec(added.stdout)?.[1] }).toEqual({
      code: 0,
      hooks: "ok",
    });
    const { source, dist } = both("listed");
    // The groups' plan has no webhooks, so each project has its own.
    const eventsOf = (project: Project) =>
      double.view.hooks(project).map(({ url, events }) => ({ url, events: [...events].toSorted() }));
    const url = `${PUBLIC_URL}/api/webhooks/gitlab`;
    expect(eventsOf(source)).toEqual([{ url, events: ["merge_requests", "note"] }]);
    expect(eventsOf(dist)).toEqual([{ url, events: ["merge_requests", "note", "pipeline", "push"] }]);

    await contribute(double, { ...pkg, source, dist }, stranger);
    await double.admin.commit(source, {
      branch: "c9s",
      user: admin.user,
      message: "Change it\n",
      files: { "hello.c": "int main(void) { return 1; }\n" },
    });
    const before = writes();
    const { code, stdout } = await run(["package", "list", "--json"], { hooks: true });
    expect(code).toBe(0);
    const listed = (JSON.parse(stdout) as ListedPackage[]).find((each) => each.package === "listed");
    expect(listed).toMatchObject({
      route: "staging",
      source: "packit-service/src/listed",
      dist: "packit-service/rpms/listed",
      branches: [{ names: { source: "c9s", dist: "c9s" }, standing: "ahead" }],
      hooks: "ok",
      newest: { iid: 1, state: "opened" },
    });
    expect(writes()).toBe(before);
    const text = (await run(["package", "list", "--route", "staging"], {})).stdout;
    expect(text).toMatch(/^staging {2}listed +c9s ahead +unknown +!1 opened \d{4}-\d\d-\d\d$/m);
    expect(text).toMatch(/^staging {2}acl +c9s in step +unknown +-$/m);
  });
});

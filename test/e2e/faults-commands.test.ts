// Nothing that a contributor writes is run (R21): a worker in this process, each process that it starts looked at, and each
// one that git starts.
import { execFileSync } from "node:child_process";
import diagnostics from "node:diagnostics_channel";
import { chmodSync, existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { basename, delimiter, join } from "node:path";
import { afterAll, beforeAll, beforeEach, expect, it } from "@jest/globals";
import { type GitLabDouble, startGitLabDouble } from "../gitlab-double/gitlab-double.ts";
import { type Account, contribute, createPackage, helloSource, type Package, specFile } from "../support/package.ts";
import { createJobRunner, type JobRunner } from "../support/run-job.ts";

const home = mkdtempSync(join(tmpdir(), "tandem-commands-"));
const marker = join(home, "it-was-run");
const trace = join(home, "trace.json");
const COMMAND = `touch ${marker}`;
let double: GitLabDouble;
let bot: Account;
let alice: Account;
let pkg: Package;
let runner: JobRunner;
let started: { readonly spawnfile: string }[] = [];

const note = (message: unknown) => started.push((message as { process: { spawnfile: string } }).process);

/** A git that writes down which processes it starts. */
function tracedGit(): string {
  const real = execFileSync("/bin/sh", ["-c", "command -v git"], { encoding: "utf8" }).trim();
  const directory = join(home, "bin");
  mkdirSync(directory);
  writeFileSync(join(directory, "git"), `#!/bin/sh\nGIT_TRACE2_EVENT=${trace} exec ${real} "$@"\n`);
  chmodSync(join(directory, "git"), 0o755);
  return directory;
}

beforeAll(async () => {
  double = await startGitLabDouble({ dataDir: join(home, "gitlab") });
  bot = double.admin.createUser("tandem-bot");
  alice = double.admin.createUser("alice");
  pkg = await createPackage(double, { name: "acl", source: "packit-service/src/acl", dist: "packit-service/rpms/acl" });
  const path = process.env.PATH;
  process.env.PATH = [tracedGit(), path].join(delimiter);
  mkdirSync(join(home, "tandem"));
  runner = createJobRunner({ double, bot, home: join(home, "tandem") });
  process.env.PATH = path;
  diagnostics.subscribe("child_process", note);
});
beforeEach(() => {
  started = [];
  rmSync(trace, { force: true });
});
afterAll(async () => {
  diagnostics.unsubscribe("child_process", note);
  await double.close();
  rmSync(home, { recursive: true, force: true });
});

/** What Tandem itself has git run in a shell: limits of a command, and the credential helper. */
const OWN_SCRIPTS = [
  /^(?:trap '' XFSZ|ulimit -[df] \d+)[^;`$]* && exec git [a-z-]+$/,
  /^f\(\) \{ test "\$1" = get \|\| exit 0; [^`]*\}; f (?:get|store|erase)$/,
];

interface ChildStart {
  readonly event: string;
  readonly argv: readonly string[];
  readonly use_shell: boolean;
}

/** Works on the merge request, and looks at what was started. */
async function mirrored(iid: number) {
  const { outcome } = await runner.run({
    ...{ v: 1, queue: "mirror", forge: "gitlab", projectId: pkg.source.id, iid, origin: "test" },
  });
  expect(started.length).toBeGreaterThan(0);
  // mkfifo makes the pipe by which git learns the token.
  const programs = new Set(started.map(({ spawnfile }) => basename(spawnfile)));
  expect([...programs].filter((program) => program !== "mkfifo")).toEqual(["git"]);
  const children = readFileSync(trace, "utf8")
    .split("\n")
    .filter((line) => line.includes('"child_start"'))
    .map((line) => JSON.parse(line) as ChildStart);
  expect(children.length).toBeGreaterThan(0);
  for (const { argv, use_shell } of children) {
    const [program = ""] = argv;
    if (use_shell) expect(OWN_SCRIPTS.some((script) => script.test(program)) ? "ours" : program).toBe("ours");
    else expect(basename(program)).toMatch(/^git(-[a-z-]+)?$/);
  }
  expect(existsSync(marker)).toBe(false);
  return outcome;
}

it("R21: `actions` in the configuration: refused, only git is started, no file appears", async () => {
  const config = await double.view.file(pkg.source, "c9s", ".distro/source-git.yaml");
  const { mergeRequest } = await contribute(double, pkg, alice, {
    branch: "actions",
    commits: [
      {
        message: "Actions\n",
        files: {
          ".distro/source-git.yaml": `${config}actions:\n  post-upstream-clone: ${COMMAND}\n  create-patches:\n  - ${COMMAND}\n`,
          "hello.c": helloSource("actions"),
        },
      },
    ],
  });
  expect(await mirrored(mergeRequest.iid)).toMatchObject({
    state: "refused",
    summary: expect.stringMatching(/^actions/),
  });
});

it("R21: macros, filters, drivers and links: mirrored, only git is started, no file appears", async () => {
  const macros = `%(${COMMAND})\n%{lua: os.execute("${COMMAND}")}\n%global x %(${COMMAND})\n%include |${COMMAND}\n`;
  const { mergeRequest, fork } = await contribute(double, pkg, alice, {
    branch: "macros",
    commits: [
      {
        message: "Macros and filters\n",
        files: {
          ".distro/acl.spec": `${macros}${specFile("acl", `1.0%(${COMMAND})`)}`,
          ".gitattributes": "* filter=evil diff=evil merge=evil textconv=evil ident export-subst\n*.c filter=lfs\n",
          ".distro/.gitattributes": "* filter=evil diff=evil\n",
          ".lfsconfig": `[lfs]\n\turl = ext::sh -c "${COMMAND}"\n`,
          ".gitconfig": `[filter "evil"]\n\tsmudge = ${COMMAND}\n\tclean = ${COMMAND}\n[core]\n\tfsmonitor = ${COMMAND}\n`,
          "hooks/post-checkout": `#!/bin/sh\n${COMMAND}\n`,
          ".gitmodules": `[submodule "x"]\n\tpath = x\n\turl = ext::sh -c "${COMMAND}"\n`,
          "hello.c": helloSource("$Format:%H$ $Id$"),
        },
      },
    ],
  });
  const directory = double.view.repositoryDir(fork);
  /** Puts entries that the double's own commits cannot hold on the merge request's branch. */
  const add = async (parent: string, entries: readonly string[]) => {
    const commit = [
      "commit refs/heads/with-entries",
      "committer Alice <alice@users.example> 1700000000 +0000",
      "data 8\nEntries\n",
      `from ${parent}`,
      ...entries,
      "",
    ].join("\n");
    execFileSync("git", ["fast-import", "--quiet", "--force"], { cwd: directory, input: commit });
    const head = execFileSync("git", ["rev-parse", "refs/heads/with-entries"], { cwd: directory, encoding: "utf8" });
    await double.admin.setBranch(fork, "macros", head.trim(), alice.user);
    await double.idle();
    return head.trim();
  };
  const linked = await add(mergeRequest.sha, ["M 120000 inline .distro/passwd\ndata 11\n/etc/passwd"]);
  const outcome = await mirrored(mergeRequest.iid);
  expect(outcome).toMatchObject({ state: "done", summary: expect.stringContaining("in-step") });
  await add(linked, [`M 160000 ${linked} x`]);
  expect(await mirrored(mergeRequest.iid)).toMatchObject({
    state: "refused",
    summary: expect.stringMatching(/^submodule-refused/),
  });
});

it("R21: a submodule whose update is a command: refused when it is fetched, no file appears", async () => {
  const { mergeRequest } = await contribute(double, pkg, alice, {
    branch: "update",
    commits: [
      {
        message: "Update\n",
        files: {
          ".gitmodules": `[submodule "x"]\n\tpath = x\n\turl = ../x\n\tupdate = !${COMMAND}\n`,
          "hello.c": helloSource("x"),
        },
      },
    ],
  });
  await double.idle();
  expect(await mirrored(mergeRequest.iid)).toMatchObject({
    state: "refused",
    summary: expect.stringContaining("disallowed submodule update setting"),
  });
});

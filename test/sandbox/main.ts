// npm run sandbox: the whole way on one machine. A GitLab double, Tandem in the staging configuration, a contributor.
import { spawnSync } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { parseArgs } from "node:util";
import { createPackage, type Package } from "../support/package.ts";
import { type Stage, setStage } from "../support/stage.ts";
import { importPackage } from "./import-package.ts";
import { createNarrator, type Narrator } from "./narrator.ts";
import { ANY_CHANGE, distGitDiff, politeGreeting, type Walk, walk } from "./walk.ts";

const USAGE = `Usage: npm run sandbox -- [--once] [--source <git url or path> --ref <branch> [--dist <git url or path>]]

Plays a contributor's merge request from webhook to pipeline result on this machine, then stays up.

  --once            end after the walk: 0 when it got there, 1 with the reason when not within 60 s
  --source, --ref   try a real source-git repository, e.g. --source https://github.com/redhat-plumbers/dracut-fedora --ref main
  --dist            its dist-git repository; default: one made of .distro, without patches
  --help            this text
`;
const LIMIT_MS = 60_000;
const MAX_DIFF_LINES = 120;

interface Options {
  readonly once: boolean;
  readonly source: string | undefined;
  readonly ref: string | undefined;
  readonly dist: string | undefined;
}

process.exitCode = await main();

async function main(): Promise<number> {
  const options = readOptions();
  if (typeof options === "number") return options;
  if (spawnSync("git", ["--version"], { stdio: "ignore" }).status !== 0) {
    process.stderr.write("sandbox: git is not installed\n");
    return 1;
  }
  const home = mkdtempSync(join(tmpdir(), "tandem-sandbox-"));
  const interrupted = new Promise<number>((done) => {
    for (const signal of ["SIGINT", "SIGTERM"] as const)
      process.once(signal, () => done(signal === "SIGINT" ? 130 : 0));
  });
  let stage: Stage | undefined;
  try {
    const narrator = createNarrator();
    narrator.say("Tandem's sandbox: a GitLab double, Tandem (staging configuration, embedded queue), a contributor.\n");
    const played = play(home, options, narrator, (set) => {
      stage = set;
    });
    const ended = await Promise.race([played.then(() => "done" as const), interrupted, late()]);
    if (ended === "late") throw new Error(`it did not get there within ${LIMIT_MS / 1_000} s`);
    if (ended !== "done") return ended;
    if (options.once) return 0;
    return await interrupted;
  } catch (error) {
    process.stderr.write(`sandbox: ${error instanceof Error ? error.message : String(error)}\n`);
    return 1;
  } finally {
    await stage?.close().catch(() => {});
    rmSync(home, { recursive: true, force: true });
  }
}

function readOptions(): Options | number {
  try {
    const { values } = parseArgs({
      options: {
        once: { type: "boolean", default: false },
        source: { type: "string" },
        ref: { type: "string" },
        dist: { type: "string" },
        help: { type: "boolean", default: false },
      },
    });
    if (values.help) {
      process.stdout.write(USAGE);
      return 0;
    }
    if ((values.source === undefined) !== (values.ref === undefined) || (values.dist && !values.source))
      throw new Error("--source and --ref belong together, and --dist needs them");
    return { once: values.once, source: local(values.source), ref: values.ref, dist: local(values.dist) };
  } catch (error) {
    process.stderr.write(`sandbox: ${error instanceof Error ? error.message : String(error)}\n\n${USAGE}`);
    return 2;
  }
}

/** A path counts from where the command was typed; git runs elsewhere. */
function local(address: string | undefined): string | undefined {
  return address === undefined || /^[a-z+]+:\/\/|^[^/]+@[^/]+:/.test(address) ? address : resolve(address);
}

function late(): Promise<"late"> {
  return new Promise((done) => setTimeout(() => done("late"), LIMIT_MS).unref());
}

async function play(
  home: string,
  options: Options,
  narrator: Narrator,
  onStage: (stage: Stage) => void,
): Promise<void> {
  narrator.tell("start", "a GitLab double and Tandem, with an empty queue (this takes a few seconds)");
  const stage = await setStage({ home, double: { pipelineStepMs: 700, forkDelayMs: 500 } });
  onStage(stage);
  const { double } = stage;
  narrator.tell("GitLab double", double.url);
  narrator.tell("Tandem", `${stage.service.url} (health: /api/readyz, metrics: /metrics)`);
  const pkg = await choosePackage(stage, options);
  // Developer: the bot may set a status on a commit of a merge request.
  double.admin.addMember(pkg.source, stage.bot.user, 30);
  narrator.tell("package", `${double.view.pathOf(pkg.source)} → ${double.view.pathOf(pkg.dist)}, branch ${pkg.branch}`);
  const walked = await walk(stage, pkg, options.source ? ANY_CHANGE : politeGreeting(pkg.name), narrator);
  narrator.say(`\nWhat dist-git gets:\n\n${shortened(await distGitDiff(stage, pkg, walked))}`);
  narrator.say(
    `What the contributor reads:\n\n${indented(stage.comments(walked.contribution.mergeRequest)[0] ?? "")}\n`,
  );
  if (!options.once) narrator.say(whatNext(stage, pkg, walked));
}

async function choosePackage(stage: Stage, { source, ref, dist }: Options): Promise<Package> {
  if (source !== undefined && ref !== undefined) return importPackage(stage.double, { source, ref, dist });
  await createPackage(stage.double, {
    name: "open-vm-tools",
    source: "packit-service/src/open-vm-tools",
    dist: "packit-service/rpms/open-vm-tools",
  });
  return stage.package("redhat-internal-test-package");
}

function shortened(diff: string): string {
  const lines = diff.split("\n");
  if (lines.length <= MAX_DIFF_LINES) return indented(diff);
  return `${indented(lines.slice(0, MAX_DIFF_LINES).join("\n"))}\n    … and ${lines.length - MAX_DIFF_LINES} lines more\n`;
}

function indented(text: string): string {
  return text.replace(/^(?=.)/gm, "    ");
}

function whatNext({ double, alice }: Stage, pkg: Package, { contribution }: Walk): string {
  const fork = double.view.pathOf(contribution.fork);
  const address = new URL(double.url);
  return `What to try next (the password of git and of the API is ${alice.token}):

    git clone http://alice:${alice.token}@${address.host}/${fork}.git && cd ${contribution.fork.path}
    git switch ${contribution.branch}; edit hello.c; git commit -am 'Greet better'; git push
    curl -X PUT -H 'PRIVATE-TOKEN: ${alice.token}' -d state_event=close \\
      ${double.url}/api/v4/projects/${pkg.source.id}/merge_requests/${contribution.mergeRequest.iid}

Reload the pages above to see what Tandem did. Ctrl-C ends the sandbox.`;
}

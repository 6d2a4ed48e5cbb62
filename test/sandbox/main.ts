// npm run sandbox: the whole way on one machine. A GitLab double, Tandem in the staging configuration, people.
import { spawnSync } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createPackage, type Package } from "../support/package.ts";
import { type Stage, setStage } from "../support/stage.ts";
import { importPackage } from "./import-package.ts";
import { createNarrator, type Narrator } from "./narrator.ts";
import { type Options, readOptions } from "./options.ts";
import { tour } from "./tour.ts";
import { ANY_CHANGE, distGitDiff, politeGreeting, type Walk, walk } from "./walk.ts";

/** Each wait has a shorter limit and a better message; this one is for what nobody thought of. */
const LIMIT_S = { walk: 60, tour: 420 };
const MAX_DIFF_LINES = 120;

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
  const seconds = options.tour ? LIMIT_S.tour : LIMIT_S.walk;
  let stage: Stage | undefined;
  try {
    const played = (options.tour ? playTour : playWalk)(home, options, createNarrator(), (set) => {
      stage = set;
    });
    const ended = await Promise.race([played.then(() => "done" as const), interrupted, late(seconds)]);
    if (ended === "late") throw new Error(`it did not get there within ${seconds} s`);
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

function late(seconds: number): Promise<"late"> {
  return new Promise((done) => setTimeout(() => done("late"), seconds * 1_000).unref());
}

type Play = (home: string, options: Options, narrator: Narrator, onStage: (stage: Stage) => void) => Promise<void>;

const playTour: Play = async (home, { once }, narrator, onStage) => {
  narrator.say("Tandem's tour. A double of GitLab and Tandem start on this machine; it takes a few seconds.");
  const stage = await setStage({ home, queue: "embedded", double: { pipelineStepMs: 60, forkDelayMs: 100 } });
  onStage(stage);
  await tour(stage, narrator);
  if (!once)
    narrator.say(
      "Everything stays up to be looked at: follow the links, which show how it ended. Ctrl-C ends it.\nTo push and comment yourself: npm run sandbox, without --tour, leaves a merge request open.",
    );
};

const playWalk: Play = async (home, options, narrator, onStage) => {
  narrator.say("Tandem's sandbox: a GitLab double, Tandem (staging configuration, embedded queue), a contributor.\n");
  narrator.tell("start", "a GitLab double and Tandem, with an empty queue (this takes a few seconds)");
  const stage = await setStage({ home, queue: "embedded", double: { pipelineStepMs: 700, forkDelayMs: 500 } });
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
};

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

process.exitCode = await main();

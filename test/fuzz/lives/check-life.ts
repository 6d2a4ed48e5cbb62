// Lives a life and holds its end against the model.
import type { MergeRequest } from "../../gitlab-double/state/types.ts";
import { botComments, type Deeds } from "./act.ts";
import { live, repeatAll, settle, writesSince } from "./live.ts";
import { backsyncsOf, type LiveStage, pairsOf, setLiveStage } from "./live-stage.ts";
import { headOf, type SeenSource, seeBranchFacts, seeSource } from "./look.ts";
import { expectedBacksyncs, expectedOf, WORDS } from "./model.ts";
import { calm, type Life } from "./random-life.ts";

/** What a life was like, for statistics. */
export interface LifeReport {
  readonly counts: ReadonlyMap<string, number>;
}

/** Lives it in a directory of its own. Throws an Error that lists what is not as it should be. */
export async function checkLife(home: string, life: Life): Promise<LifeReport> {
  const stage = await setLiveStage(home, life);
  try {
    const deeds = await live(stage, life);
    const sweeps = await settle(stage, life.rest);
    const wrong = [...(await judge(stage, deeds)), ...(await atRest(stage))];
    if (wrong.length > 0) throw new Error(`${wrong.join("\n")}\n${await describe(stage)}`);
    const counts = new Map(deeds.counts).set(`ended after ${sweeps} sweeps`, 1);
    for (const { ended } of stage.bot.attempts) counts.set(`job ${ended}`, (counts.get(`job ${ended}`) ?? 0) + 1);
    for (const { mergeRequest } of stage.contributions) {
      const told = `told ${taleOf(botComments(stage, mergeRequest)) ?? "nothing"}`;
      counts.set(told, (counts.get(told) ?? 0) + 1);
    }
    return { counts };
  } finally {
    await stage.close();
  }
}

/** Lives it twice, as it is and with every delivery worked on at once in order. Throws where the ends differ. */
export async function checkLaw(home: string, life: Life): Promise<void> {
  const ends: string[] = [];
  for (const [name, each] of [["told", calm(life)] as const, ["lived", life] as const]) {
    const stage = await setLiveStage(`${home}-${name}`, each);
    try {
      const deeds = await live(stage, each);
      await settle(stage, each.rest);
      ends.push(await normalised(stage, deeds));
    } finally {
      await stage.close();
    }
  }
  if (ends[0] !== ends[1]) throw new Error(`in order:\n${ends[0]}\nas it came:\n${ends[1]}`);
}

async function judge(stage: LiveStage, deeds: Deeds): Promise<readonly string[]> {
  const wrong: string[] = [];
  for (const { mergeRequest } of stage.contributions) {
    const seen = await seeSource(stage, deeds, mergeRequest);
    const about = `!${mergeRequest.iid} ${JSON.stringify(seen.facts)}`;
    wrong.push(...[...judgeSource(seen), ...(await judgeTrust(stage, deeds, seen))].map((text) => `${about}: ${text}`));
  }
  for (const branch of ["c9s", "c10s"]) {
    const facts = await seeBranchFacts(stage, branch);
    const open = backsyncsOf(stage, branch).filter(({ state }) => state === "opened").length;
    const expected = expectedBacksyncs(facts);
    if (open !== expected) wrong.push(`${open} open merge requests from dist-git's ${branch}, expected ${expected}`);
  }
  return [...wrong, ...judgeDeeds(stage, deeds), ...judgeWorld(stage)];
}

function judgeSource(seen: SeenSource): readonly string[] {
  const { facts, pairs, comments } = seen;
  const expected = expectedOf(facts);
  const open = pairs.filter(({ state }) => state === "opened");
  const tale = taleOf(comments);
  const wrong: string[] = [];
  if (open.length > 1 || (expected.open !== "0 or 1" && open.length !== expected.open))
    wrong.push(`${open.length} open dist-git merge requests, expected ${expected.open}`);
  if (open.length === 1 && open[0] !== pairs.at(-1)) wrong.push("an old dist-git merge request is open");
  if (comments.length > 1) wrong.push(`${comments.length} comments`);
  if (expected.tales !== "any" && !expected.tales.some((allowed) => allowed === tale))
    wrong.push(`the comment tells "${tale}", expected ${expected.tales.join(" or ")}`);
  if (tale === "in-step" && open.length !== 1) wrong.push("in step without an open dist-git merge request");
  if (tale === "no-effect" && open.length !== 0) wrong.push("no effect, with an open dist-git merge request");
  return tale === "in-step" ? [...wrong, ...judgeStep(seen)] : wrong;
}

/** What "in step" means. */
function judgeStep({ mergeRequest: source, pairs, pair, comments }: SeenSource): readonly string[] {
  const request = pairs.at(-1);
  if (!request || !pair) return ["in step without a branch"];
  const { title, description, targetBranch, sha } = source;
  const body = description?.trim() ?? "";
  const is: Readonly<Record<string, boolean>> = {
    title: request.title === title,
    description: request.description?.includes(body) ?? false,
    target: request.targetBranch === targetBranch,
    trailer: pair.message.includes(`From-source-git-commit: ${sha}`),
    "commit's text": pair.message.startsWith(`${title.replace(/^Draft: /, "")}\n\n${body}\n`),
    "link in the comment": comments[0]?.includes(`!${request.iid}]`) ?? false,
    "people's files": !pair.changes.some((line) => /^D\t(?:notes|tweak)-/m.test(line.replace(/^\S+ /, ""))),
  };
  return Object.entries(is).flatMap(([what, holds]) => (holds ? [] : [`in step, but not the ${what}`]));
}

/** Nothing of a head that nobody let pass is in dist-git, also not on a branch that was left. */
async function judgeTrust(stage: LiveStage, deeds: Deeds, { pairs }: SeenSource): Promise<readonly string[]> {
  if (stage.trust === "anyone") return [];
  const wrong: string[] = [];
  for (const pair of pairs) {
    const fork = stage.double.view.project(pair.sourceProjectId);
    const commit = fork && (await stage.double.view.commit(fork, pair.sourceBranch));
    const made = /^From-source-git-commit: (\w+)$/m.exec(commit?.message ?? "")?.[1];
    if (made !== undefined && !deeds.approved.has(made)) wrong.push(`${made} is in dist-git, and nobody let it pass`);
  }
  return wrong;
}

/** What people did by hand is still so. */
function judgeDeeds(stage: LiveStage, deeds: Deeds): readonly string[] {
  const pairs = stage.contributions.flatMap(({ mergeRequest }) => pairsOf(stage, mergeRequest));
  const reopened = pairs.filter(({ id, state }) => deeds.closedByHand.has(id) && state === "opened");
  const lost = [...deeds.foreign].filter(([branch, sha]) => {
    const pair = pairs.find(({ sourceBranch }) => sourceBranch === branch);
    return pair && headOf(stage, pair) !== sha;
  });
  return [
    ...reopened.map(({ iid }) => `dist-git !${iid} was closed by hand and is open`),
    ...lost.map(([branch, sha]) => `the foreign commit ${sha} is not at the head of ${branch} any more`),
  ];
}

/** Who wrote what where, in all the life. */
function judgeWorld(stage: LiveStage): readonly string[] {
  const { double, pkg, botUser, contributions, bot, repeated } = stage;
  const { view, logs } = double;
  const forks = view.projects().filter(({ creatorId }) => creatorId === botUser.user.id);
  const mayPush = new Set(forks.map((fork) => `/${view.pathOf(fork)}.git/git-receive-pack`));
  const own = [...forks, ...contributions.map(({ fork }) => fork)].map(({ id }) => id);
  const served = [pkg.source.id, pkg.dist.id, ...own].map(String);
  const strange = writesSince(stage, 0).filter((write) => {
    const [, path = ""] = write.split(" ");
    const [, project] = /^\/api\/v4\/projects\/([^/]+)/.exec(path) ?? [];
    return !mayPush.has(path) && !(project !== undefined && served.includes(project));
  });
  const silent = (requests: readonly MergeRequest[]) =>
    requests.filter((request) => botComments(stage, request).length > 1).map(({ iid }) => `!${iid} has many comments`);
  return [
    ...strange.map((write) => `written where nothing is to be written: ${write}`),
    ...logs.unknownRequests.map(({ method, path }) => `the double does not know ${method} ${path}`),
    ...repeated.map((call) => `a job made this call twice: ${call.slice(0, 300)}`),
    ...bot.failures.map((error) => `a job failed: ${error.kind} ${error.stack}`),
    ...silent([...view.mergeRequests(pkg.dist), ...view.mergeRequests(pkg.source)]),
  ];
}

/** Whatever is told once more changes nothing. */
async function atRest(stage: LiveStage): Promise<readonly string[]> {
  return (await repeatAll(stage)).map((write) => `every delivery once more: ${write}`);
}

/** Which story the first of these comments tells. */
function taleOf(comments: readonly string[]): keyof typeof WORDS | undefined {
  const line = comments[0]?.split("\n").find((text) => text.startsWith("**Tandem**")) ?? "";
  const tales = Object.keys(WORDS) as (keyof typeof WORDS)[];
  return tales.find((tale) => WORDS[tale].test(line));
}

/** The end without ids, times and shas, as far as it must not depend on how the deliveries came. */
async function normalised(stage: LiveStage, deeds: Deeds): Promise<string> {
  const ends: unknown[] = [];
  for (const { mergeRequest } of stage.contributions) {
    const { facts, pairs, pair, comments } = await seeSource(stage, deeds, mergeRequest);
    const open = pairs.find(({ state }) => state === "opened");
    const asks = mergeRequest.state === "opened" && facts.served;
    const isInStep = taleOf(comments) === "in-step";
    ends.push({
      source: [mergeRequest.state, mergeRequest.title, mergeRequest.targetBranch],
      isOpen: isInStep || !asks ? open !== undefined : "either",
      // What was told of one that asks for nothing any more depends on whether it ever had a dist-git side.
      comment: asks ? plain(comments[0] ?? "", isInStep) : "",
      pair: isInStep && open && [open.title, plain(open.description ?? "", true), open.targetBranch],
      branch: isInStep && pair && [plain(pair.message, true), pair.changes.map((line) => line.replace(/^\w+ /, ""))],
    });
  }
  return JSON.stringify(ends, null, 2);
}

/** Without marks, ids, commits; where it is not in step, the first line alone. */
function plain(text: string, whole: boolean): string {
  const lines = text.split("\n").filter((line) => !line.startsWith("<!--"));
  return (
    (whole ? lines.join("\n") : (lines[0] ?? ""))
      .replace(/https?:\/\/\S+/g, "URL")
      .replace(/\b[0-9a-f]{7,40}\b/g, "SHA")
      .replace(/\d+ s\b|\d{6,}/g, "N")
      .replace(/rpms\/hello!\d+/g, "DIST")
      // Named after the target that the bot saw first, and kept.
      .replace(/src-\d+-c\d+s/g, "BRANCH")
      .replace(
        /changes nothing in dist-git any more, so the dist-git merge request was closed/,
        "changes nothing in dist-git",
      )
  );
}

async function describe(stage: LiveStage): Promise<string> {
  const requests = [
    ...stage.double.view.mergeRequests(stage.pkg.source),
    ...stage.double.view.mergeRequests(stage.pkg.dist),
  ];
  return [
    ...requests.map(
      (each) =>
        `${each.projectId === stage.pkg.source.id ? "source" : "dist"} !${each.iid} ${each.state} "${each.title}" ${each.sourceBranch} ${each.sha.slice(0, 8)} → ${each.targetBranch}\n  ${each.description?.split("\n")[0]}\n  ${botComments(stage, each).join("\n").split("\n").slice(0, 2).join("\n  ")}`,
    ),
    ...stage.bot.attempts
      .slice(-40)
      .map(({ subject, ended, summary }) => `${subject} ${ended}: ${summary.slice(0, 200)}`),
  ].join("\n");
}

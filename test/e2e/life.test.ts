// The whole life of a pair beyond the main job: merges, retargeting, people's own hands, commands, trust.
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, afterEach, beforeAll, describe, expect, it } from "@jest/globals";
import type { MergeRequest } from "../gitlab-double/state/types.ts";
import { eventually } from "../support/eventually.ts";
import { type Account, contribute } from "../support/package.ts";
import { type Stage, setStage } from "../support/stage.ts";
import { type Story, storyOn } from "../support/story.ts";

const special = (name: string, options: object) => ({
  name,
  source: `packit-service/src/${name}`,
  dist: `packit-service/rpms/${name}`,
  branches: ["c9s", "c10s"],
  copyCiFile: true,
  ...options,
});

describe("the life of a pair", () => {
  const home = mkdtempSync(join(tmpdir(), "tandem-life-"));
  let stage: Stage;
  let story: Story;
  let mallory: Account;
  let mia: Account;
  let packages = 0;

  beforeAll(async () => {
    stage = await setStage({
      home,
      config: {
        routes: [
          special("made-ready", { onSourceMerge: "ready" }),
          special("made-merge", { onSourceMerge: "merge" }),
          special("members-only", { trust: "members" }),
          special("members-too", { trust: "members" }),
          special("plain", {}),
          { ...special("rest", {}), source: "packit-service/src/{package}", dist: "packit-service/rpms/{package}" },
        ],
      },
    });
    story = storyOn(stage);
    mallory = stage.double.admin.createUser("mallory", { name: "Mallory" });
  });
  afterEach(() => {
    expect(stage.double.logs.unknownRequests).toEqual([]);
    expect(stage.service.log.filter(({ level }) => level === "error")).toEqual([]);
  });
  afterAll(async () => {
    await stage.close();
    rmSync(home, { recursive: true, force: true });
  });

  const newPackage = async (name = `package-${++packages}`) => {
    const pkg = await stage.package(name);
    mia ??= {
      user: pkg.maintainer,
      token: stage.double.admin.createToken(pkg.maintainer, { value: "glpat-mia" }).value,
    };
    return pkg;
  };
  const merge = async ({ projectId, iid }: MergeRequest) => {
    const answer = await stage.double.request("PUT", `/projects/${projectId}/merge_requests/${iid}/merge`, {
      token: mia.token,
    });
    expect(answer.status).toBe(200);
  };
  const open = async (name?: string) => {
    const pkg = await newPackage(name);
    const contribution = await contribute(stage.double, pkg, stage.alice);
    const { pair } = await story.settled(pkg, contribution);
    return { pkg, contribution, pair, source: contribution.mergeRequest };
  };
  const botOn = (mergeRequest: MergeRequest) => stage.comments(mergeRequest);
  const reactions = (mergeRequest: MergeRequest, id: number) =>
    stage.double.view
      .notes(mergeRequest)
      .find((note) => note.id === id)
      ?.emoji.map(({ name }) => name);

  describe("R6: a merge does what the route says, once", () => {
    it("comment", async () => {
      const { contribution, pair, source } = await open("plain");
      await merge(source);
      await story.told(contribution, /merged/);
      expect(botOn(pair)).toHaveLength(1);
      expect(pair.state).toBe("opened");
    });

    it("ready: a draft is taken back", async () => {
      const { contribution, pair, source } = await open("made-ready");
      await story.edit(pair, { title: `Draft: ${pair.title}` }, mia);
      await merge(source);
      await story.told(contribution, /merged/);
      expect(pair).toMatchObject({ state: "opened", title: "Greet politely" });
    });

    it("merge: where the bot may, it merges when its checks pass", async () => {
      const pkg = await newPackage("made-merge");
      stage.double.admin.addMember(pkg.dist, stage.bot.user, 40);
      const contribution = await contribute(stage.double, pkg, stage.alice);
      const { pair } = await story.settled(pkg, contribution);
      await merge(contribution.mergeRequest);
      await eventually(() => pair.state === "merged", { what: "the dist-git merge" });
      const delivery = stage.double.logs.deliveries.findLast(({ event }) => event === "merge_requests");
      if (delivery) await stage.double.redeliver(delivery.id);
      await story.told(contribution, /dist-git merge request is merged/);
      const writes = stage.double.logs.requests.filter(
        ({ method, path }) => method === "PUT" && path.endsWith("/merge"),
      );
      expect(
        writes.filter(({ path }) => path.includes(`/${pair.iid}/`) && path.includes(`/${pkg.dist.id}/`)),
      ).toHaveLength(1);
    });
  });

  it("retargeting moves the dist-git merge request; a branch that is missing there is told once, and heals", async () => {
    const { pkg, contribution, pair, source } = await open();
    const base = stage.double.view.branches(pkg.source).c9s ?? "";
    await stage.double.admin.setBranch(pkg.source, "c10s", base, pkg.maintainer);
    await story.edit(source, { target_branch: "c10s" });
    const problem = await story.told(contribution, /no branch c10s/);
    expect(problem).toContain(stage.double.view.pathOf(pkg.dist));
    expect(pair.targetBranch).toBe("c9s");
    const dist = stage.double.view.branches(pkg.dist).c9s ?? "";
    await stage.double.admin.setBranch(pkg.dist, "c10s", dist, pkg.maintainer);
    await eventually(() => pair.targetBranch === "c10s", { what: "the moved merge request" });
    await story.settled(pkg, contribution);
    expect(pair.state).toBe("opened");
    expect(stage.double.view.mergeRequests(pkg.dist)).toEqual([pair]);
  });

  it("retargeting moves it also where no comment remembers its branch", async () => {
    const pkg = await newPackage();
    for (const project of [pkg.source, pkg.dist]) {
      const head = stage.double.view.branches(project).c9s;
      await stage.double.admin.setBranch(project, "c10s", head, pkg.maintainer);
    }
    // The discussion is locked, for good.
    const notes = new RegExp(`/projects/${pkg.source.id}/merge_requests/\\d+/notes$`);
    stage.double.faults.answer({ method: "POST", path: notes, times: Infinity }, { status: 403, body: {} });
    const { mergeRequest: source } = await contribute(stage.double, pkg, stage.alice);
    const pair = await eventually(() => stage.distMergeRequest(pkg, source.iid), { what: "the pair" });
    await eventually(() => stage.service.log.some(({ msg }) => msg === "the author could not be told"));
    await story.edit(source, { target_branch: "c10s" });
    await eventually(() => pair.targetBranch === "c10s", { what: "the moved merge request" });
    expect(stage.double.view.mergeRequests(pkg.dist)).toEqual([pair]);
    expect(botOn(source)).toEqual([]);
  });

  it("retargeting to a branch that is not served closes the pair, and coming back reopens it", async () => {
    const { pkg, contribution, pair, source } = await open();
    const base = stage.double.view.branches(pkg.source).c9s ?? "";
    await stage.double.admin.setBranch(pkg.source, "side", base, pkg.maintainer);
    await story.edit(source, { target_branch: "side" });
    await eventually(() => pair.state === "closed", { what: "the closed pair" });
    await story.told(contribution, /targets `side`/);
    await story.edit(source, { target_branch: "c9s" });
    await eventually(() => pair.state === "opened", { what: "the reopened pair" });
    await story.settled(pkg, contribution);
  });

  it("closed by hand: it stays closed, and recreate makes a new one that both sides know", async () => {
    const { pkg, contribution, pair, source } = await open();
    await story.edit(pair, { state_event: "close" }, mia);
    expect(await story.told(contribution, /closed/)).toContain("recreate");
    await story.push(contribution, "Good evening");
    const note = await story.say(source, "/tandem-stg recreate");
    const next = await eventually(() => stage.double.view.mergeRequests(pkg.dist).find(({ iid }) => iid !== pair.iid), {
      what: "the new merge request",
    });
    await story.told(contribution, new RegExp(`/merge_requests/${next.iid}\\b`));
    expect(next).toMatchObject({ state: "opened", sourceBranch: `src-${source.iid}-c9s-r2` });
    expect(pair.state).toBe("closed");
    await eventually(() => botOn(pair).some((text) => text.includes(`/merge_requests/${next.iid}`)), {
      what: "the link",
    });
    expect(reactions(source, note)).toEqual(["eyes"]);
    const pushed = await story.push(contribution, "Good night");
    await eventually(async () => (await story.madeFrom(next)) === pushed, { what: "the push in the new one" });
    expect(stage.double.view.mergeRequests(pkg.dist)).toHaveLength(2);
    expect(botOn(source)).toHaveLength(1);
  });

  it("a maintainer's commit on the bot's branch is never overwritten; recreate starts anew", async () => {
    const { pkg, contribution, pair } = await open();
    const fork = stage.double.view.project(pair.sourceProjectId ?? 0);
    const own = await stage.double.admin.commit(fork ?? pkg.dist, {
      branch: pair.sourceBranch,
      message: "By hand\n",
      files: { extra: "x" },
      user: pkg.maintainer,
    });
    await story.push(contribution, "Good evening");
    await story.told(contribution, /recreate/);
    expect((await story.headOf(pair))?.sha).toBe(own);
    await story.say(contribution.mergeRequest, "/tandem-stg recreate");
    const next = await eventually(() =>
      stage.double.view.mergeRequests(pkg.dist).find(({ state, iid }) => state === "opened" && iid !== pair.iid),
    );
    await story.told(contribution, /is in step with/);
    expect((await story.headOf(pair))?.sha).toBe(own);
    expect(next.sourceBranch).toBe(`src-${contribution.mergeRequest.iid}-c9s-r2`);
  });

  it("D22: commits that only dist-git has are never taken back: told with the way out, and healed", async () => {
    const { pkg, contribution, pair, source } = await open();
    const first = await story.madeFrom(pair);
    const spec = (await stage.double.view.file(pkg.dist, "c9s", `${pkg.name}.spec`)) ?? "";
    await stage.double.admin.commit(pkg.dist, {
      branch: "c9s",
      user: pkg.maintainer,
      message: "Mass rebuild\n",
      files: { [`${pkg.name}.spec`]: spec.replace("Release:        1", "Release:        2") },
    });
    const told = await story.told(contribution, /commits that source-git lacks[\s\S]*Merge \[/);
    const back = stage.double.view.mergeRequests(pkg.source).find(({ title }) => title === "Sync from dist-git");
    expect(told).toContain(`/merge_requests/${back?.iid})`);
    const pushed = await story.push(contribution, "Good evening");
    await story.told(contribution, new RegExp(`"head":"${pushed}"[\\s\\S]*commits that source-git lacks`));
    expect(await story.madeFrom(pair)).toBe(first);
    await story.say(source, "/tandem-stg retest");
    await story.told(contribution, /retest.*a new pipeline was started/s);

    if (back) await merge(back);
    await eventually(async () => (await story.madeFrom(pair)) === pushed, {
      what: "the push, once source-git has it all",
    });
    await story.settled(pkg, contribution);
    expect(await story.fileOf(pair, `${pkg.name}.spec`)).toContain("Release:        1");
    await merge(pair);
    const merged = await stage.double.view.file(pkg.dist, "c9s", `${pkg.name}.spec`);
    expect(merged).toContain("Release:        2");
    expect(merged).toContain("0001-Greet-politely.patch");
    expect(stage.comments(source)).toHaveLength(1);
  });

  it("commands: seen at once, carried out for those who may, answered in the comment", async () => {
    const { contribution, pair, source } = await open();
    const pipelines = () => stage.double.view.mergeRequestPipelines(pair).length;
    await eventually(() => pipelines() > 0);
    const before = pipelines();
    const retest = await story.say(source, "/tandem-stg retest\nplease");
    await story.told(contribution, /retest.*a new pipeline was started/s);
    expect(pipelines()).toBe(before + 1);
    expect(reactions(source, retest)).toEqual(["eyes"]);

    const stranger = await story.say(source, "/tandem-stg sync", mallory);
    await story.told(contribution, /sync.*only the author and members/s);
    expect(reactions(source, stranger)).toEqual([]);
    await story.say(source, "/tandem-stg help");
    await story.told(contribution, /help.*this comment is the answer/s);

    const onDist = await story.say(pair, "/tandem-stg retest", mia);
    await eventually(() => pipelines() === before + 2, { what: "the pipeline asked for in dist-git" });
    await eventually(() => reactions(pair, onDist)?.includes("eyes"));
    // Another instance's command.
    await story.say(source, "/tandem retest");
    await story.say(source, "/tandem-stg status");
    await story.told(contribution, /status.*this comment is the answer/s);
    expect(pipelines()).toBe(before + 2);
    expect(botOn(source)).toHaveLength(1);
  });

  it("trust: a stranger's merge request waits for a member's ok, for this head only", async () => {
    const pkg = await newPackage("members-only");
    const contribution = await contribute(stage.double, pkg, stage.alice);
    const source = contribution.mergeRequest;
    await story.told(contribution, /ok/);
    expect(stage.double.view.mergeRequests(pkg.dist)).toEqual([]);
    await story.say(source, "/tandem-stg ok");
    await story.told(contribution, /ok.*only members/s);
    await story.say(source, "/tandem-stg ok", mia);
    const { pair } = await story.settled(pkg, contribution);
    const first = await story.madeFrom(pair);
    expect(first).toBe(source.sha);
    const pushed = await story.push(contribution, "Something else");
    await story.told(contribution, new RegExp(`${pushed.slice(0, 8)}.*ok`, "s"));
    expect(await story.madeFrom(pair)).toBe(first);
    await story.say(source, `/tandem-stg ok ${pushed.slice(0, 10)}`, mia);
    await eventually(async () => (await story.madeFrom(pair)) === pushed, { what: "the second head" });
  });

  it("trust: a member's merge request is followed at once", async () => {
    const pkg = await newPackage("members-too");
    stage.double.admin.addMember(pkg.source, stage.alice.user, 30);
    const contribution = await contribute(stage.double, pkg, stage.alice);
    await story.settled(pkg, contribution);
  });
});

// Situations that were seen on GitLab and that no other story tells: odd sources, odd titles, a configuration that goes.
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, afterEach, beforeAll, expect, it } from "@jest/globals";
import { contribute, forkSource, helloSource } from "../support/package.ts";
import { postmanOn } from "../support/postman.ts";
import { type Stage, setStage } from "../support/stage.ts";
import { type Story, storyOn } from "../support/story.ts";

const home = mkdtempSync(join(tmpdir(), "tandem-situations-"));
let stage: Stage;
let story: Story;
let packages = 0;

beforeAll(async () => {
  stage = await setStage({ home });
  stage.double.settings.pipelineMode = "manual";
  story = storyOn(stage);
});
afterEach(() => {
  expect(stage.double.logs.unknownRequests).toEqual([]);
  expect(stage.service.log.filter(({ level }) => level === "error")).toEqual([]);
});
afterAll(async () => {
  await stage.close();
  rmSync(home, { recursive: true, force: true });
});

const newPackage = () => stage.package(`odd-${++packages}`);

it("a branch of source-git itself, told by GitLab's test button: without action and oldrev", async () => {
  const pkg = await newPackage();
  const { admin, faults } = stage.double;
  const mia = admin.createToken(pkg.maintainer, { value: "glpat-mia" }).value;
  await admin.commit(pkg.source, {
    ...{ user: pkg.maintainer, branch: "topic", message: "Greet\n", files: { "hello.c": helloSource("Hi") } },
  });
  faults.deliveries("drop", { event: "merge_requests" });
  const answer = await stage.double.request("POST", `/projects/${pkg.source.id}/merge_requests`, {
    token: mia,
    body: { source_branch: "topic", target_branch: "c9s", title: "Greet" },
  });
  expect(answer.status).toBe(201);
  const postman = postmanOn(stage);
  await postman.handle(postman.last("merge_requests", pkg.source.id), {
    change: (payload) => {
      const { action: _action, oldrev: _oldrev, ...attributes } = payload.object_attributes as Record<string, unknown>;
      const changes = { total_time_spent: { previous: null, current: 0 } };
      return { ...payload, object_attributes: attributes, changes };
    },
  });
  const [mergeRequest] = stage.double.view.mergeRequests(pkg.source);
  if (!mergeRequest) throw new Error("there is no merge request");
  const { pair } = await story.settled(pkg, { mergeRequest, fork: pkg.source, branch: "topic" });
  expect(await story.madeFrom(pair)).toBe(mergeRequest.sha);
});

it("a private fork: the head comes from source-git, which keeps it for the merge request", async () => {
  const pkg = await newPackage();
  const fork = await forkSource(stage.double, pkg, stage.alice);
  fork.visibility = "private";
  const contribution = await contribute(stage.double, pkg, stage.alice);
  const { pair } = await story.settled(pkg, contribution);
  expect(await story.madeFrom(pair)).toBe(contribution.mergeRequest.sha);
});

it("a person's merge request with the title of the bot's own is mirrored", async () => {
  const pkg = await newPackage();
  const contribution = await contribute(stage.double, pkg, stage.alice, { title: "Sync from dist-git" });
  const { pair } = await story.settled(pkg, contribution);
  expect(pair.title).toBe("Sync from dist-git");
});

it("source-git.yaml goes in a paired merge request: told, and the pair is kept", async () => {
  const pkg = await newPackage();
  const contribution = await contribute(stage.double, pkg, stage.alice);
  const { pair } = await story.settled(pkg, contribution);
  await stage.double.admin.commit(contribution.fork, {
    ...{ user: stage.alice.user, branch: contribution.branch, message: "Remove\n" },
    files: { ".distro/source-git.yaml": null },
  });
  const comment = await story.told(contribution, /source-git.yaml/);
  expect(comment).toContain("could not be brought in step");
  expect(pair.state).toBe("opened");
  expect(stage.double.view.mergeRequests(pkg.dist)).toEqual([pair]);
});

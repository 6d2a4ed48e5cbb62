// Every request that the product's GitLab adapter makes exists in GitLab's own description, with these parameters.
import { expect, it } from "@jest/globals";
import { createGitLabForge } from "../../../src/forge/gitlab/gitlab-forge.ts";
import { createHookAdmin } from "../../../src/forge/gitlab/hook-admin.ts";
import { parseSha } from "../../../src/model/ids.ts";
import { TEST_USER_AGENT, transportOptions } from "../../support/transport-options.ts";
import { findContract, loadContract, type SentRequest } from "./contract.ts";
import { NOT_IN_OPENAPI, PARAMETERS_NOT_IN_OPENAPI } from "./deviations.ts";
import { type SmallWorld, startWorld } from "./world.ts";

const root = findContract();

if (root === undefined) {
  it.skip("../shared/gitlab is not there: the adapter's requests are not held against OpenAPI", () => undefined);
} else {
  const world = await startWorld();
  it("asks only for what GitLab describes", async () => {
    await useEverything(world);
    await useHooks(world);
    const contract = loadContract(root);
    const requests = world.double.logs.requests.filter((request) => request.userAgent === TEST_USER_AGENT);
    const described = requests.filter(
      ({ method, path }) => !NOT_IN_OPENAPI.some((each) => each.method === method && each.path.test(path)),
    );
    expect(described.length).toBeGreaterThan(10);
    expect([...new Set(described.map(withoutKnown).flatMap(contract.requestErrors))]).toEqual([]);
    expect(world.double.logs.unknownRequests).toEqual([]);
  });

  it("would notice an invented parameter and an invented operation", () => {
    const contract = loadContract(root);
    const path = "/api/v4/projects/1/merge_requests/2";
    expect(contract.requestErrors({ method: "PUT", path, parameters: ["title", "titel"] })).toHaveLength(1);
    expect(contract.requestErrors({ method: "PUT", path: `${path}/nothing`, parameters: [] })).toHaveLength(1);
  });
}

/** The request without parameters that are known to be missing in the description. */
function withoutKnown(request: SentRequest): SentRequest {
  const { method, path, parameters } = request;
  const known = PARAMETERS_NOT_IN_OPENAPI.filter((each) => each.method === method && each.path.test(path));
  return { method, path, parameters: parameters.filter((name) => !known.some(({ names }) => names.includes(name))) };
}

/** Calls each operation of the port once. */
async function useEverything(world: SmallWorld): Promise<void> {
  const { double, bot, project } = world;
  const forge = createGitLabForge({ ...transportOptions(bot.token), url: double.url });
  const me = await forge.whoAmI();
  const parent = await forge.readProject("top/rpms/pkg");
  if (parent === undefined) throw new Error("the project is not there");
  await forge.findOwnFork(parent, me);
  const fork = await forge.createFork(parent, me);
  await double.idle();
  await forge.findOwnFork(parent, me);
  const forked = double.view.project(fork.id) ?? project;
  await double.admin.commit(forked, { branch: "feature", message: "m\n", files: { x: "y" }, user: bot.user });
  const mr = await forge.createMergeRequest({
    sourceProject: fork,
    sourceBranch: "feature",
    targetProjectId: project.id,
    targetBranch: "main",
    title: "Two",
    description: "text",
  });
  await double.idle();
  await forge.readMergeRequest(project.id, mr.iid);
  await forge.findMergeRequests(project.id, { sourceBranch: "feature", author: me });
  await forge.updateMergeRequest(project.id, mr.iid, { title: "Three", description: "d", targetBranch: "main" });
  await forge.updateMergeRequest(project.id, mr.iid, { state: "closed" });
  await forge.updateMergeRequest(project.id, mr.iid, { state: "opened" });
  const note = await forge.createNote(project.id, mr.iid, "text");
  await forge.updateNote(project.id, mr.iid, note.id, "other");
  await forge.findNotes(project.id, mr.iid);
  await forge.acknowledge(project.id, mr.iid, note.id);
  await forge.isMember(project.id, me);
  await forge.findOpenMergeRequests(project.id, "main");
  await forge.findOpenMergeRequestsBy(project.id, me);
  await forge.readBranch(fork.id, "feature");
  const sha = parseSha(double.view.branches(forked).feature ?? "");
  if (sha === undefined) throw new Error("the fork has no branch");
  await forge.readCommit(fork.id, sha);
  await forge.findPipelines(fork.id, sha);
  await forge.findMergeRequestsOfCommit(project.id, sha);
  await forge.startPipeline(mr);
  await forge.mergeWhenChecksPass(project.id, mr.iid, sha);
  for (const pipeline of await forge.findMergeRequestPipelines(project.id, mr.iid)) await forge.findChecks(pipeline);
  const status = { context: "tandem", description: "d", targetUrl: "https://tandem.example/" } as const;
  await forge.setCommitStatus(fork.id, sha, { ...status, state: "pending" });
  await forge.setCommitStatus(fork.id, sha, { ...status, state: "success", ref: "feature" });
}

/** Calls each operation of the port to hooks once. */
async function useHooks({ double, alice }: SmallWorld): Promise<void> {
  double.admin.addMember(double.admin.createGroup("top"), alice.user, 50);
  const hooks = createHookAdmin({ ...transportOptions(alice.token), url: double.url });
  const settings = { url: "http://127.0.0.1:9/hook", description: "d", events: ["push"], token: "t" } as const;
  for (const place of [
    { kind: "project", path: "top/rpms/pkg" },
    { kind: "group", path: "top" },
  ] as const) {
    const made = await hooks.createHook(place, settings);
    await hooks.listHooks(place);
    await hooks.updateHook(place, { ...made, otherEvents: ["job_events"] }, settings);
    await hooks.testHook(place, made.id);
    await hooks.removeHook(place, made.id);
  }
  await hooks.listHooks({ kind: "group", path: "nowhere" });
  const owner = await hooks.findUser(alice.user.username);
  if (owner) await hooks.listForks(owner);
}

// Holds the double's answers and payloads against GitLab's own schemas and examples, where these are at hand.
import { describe, expect, it } from "@jest/globals";
import { type Contract, findContract, loadContract, type Operation, typesByPath } from "./contract.ts";
import { FIXTURE_EXTRAS, OPENAPI_EXTRAS, PAYLOAD_EXTRAS, PAYLOAD_MISSING } from "./deviations.ts";
import { MERGE_REQUEST_CI, type SmallWorld, startWorld } from "./world.ts";

const root = findContract();

if (root === undefined) {
  it.skip("../shared/gitlab is not there: the double is not held against GitLab's schemas", () => undefined);
} else {
  const world = await startWorld();
  describe("the double keeps GitLab's contract", () => suite(loadContract(root), world));
}

function suite(contract: Contract, world: SmallWorld): void {
  let collected: ReturnType<typeof collect> | undefined;
  const ready = () => {
    collected ??= collect(world);
    return collected;
  };
  const V4 = "public_api/v4";

  it.each([
    ["merge request", "mr", `${V4}/merge_request.json`],
    ["branch", "branch", `${V4}/branch.json`],
    ["user", "author", `${V4}/user/basic.json`],
    ["commit", "commit", `${V4}/commit/basic.json`],
    ["pipeline", "pipeline", `${V4}/pipeline/detail.json`],
    ["pipeline of a merge request", "headPipeline", `${V4}/pipeline/detail.json`],
    ["pipelines", "pipelines", `${V4}/pipelines.json`],
    ["job", "job", `${V4}/job.json`],
    ["project hook", "hook", `${V4}/project_hook.json`],
    ["child pipeline", "child", `${V4}/pipeline/detail.json`],
    ["waiting merge request", "waiting", `${V4}/merge_request.json`],
    ["notes", "notes", `${V4}/notes.json`],
  ] as const)("%s: required names and null as in the fixture", async (_name, key, schema) => {
    const { answers } = await ready();
    expect(contract.fixtureErrors(schema, answers[key], FIXTURE_EXTRAS[schema] ?? [])).toEqual([]);
  });

  it("a pipeline has what the old fixture does not ask for", async () => {
    const { answers } = await ready();
    const dates = { created_at: expect.any(String), updated_at: expect.any(String) };
    const numbers = { iid: expect.any(Number), project_id: expect.any(Number) };
    expect(answers.pipeline).toMatchObject({ ...dates, ...numbers, source: "merge_request_event" });
  });

  const project = "/api/v4/projects/{id}";
  const mr = `${project}/merge_requests/{merge_request_iid}`;
  it.each<[string, Operation]>([
    ["mr", { method: "GET", path: mr, status: 200 }],
    ["created", { method: "POST", path: `${project}/merge_requests`, status: 201 }],
    ["list", { method: "GET", path: `${project}/merge_requests`, status: 200 }],
    ["diffs", { method: "GET", path: `${mr}/diffs`, status: 200, listOfObject: true }],
    ["commits", { method: "GET", path: `${mr}/commits`, status: 200, listOfObject: true }],
    ["pipelines", { method: "GET", path: `${mr}/pipelines`, status: 200, listOfObject: true }],
    ["approved", { method: "POST", path: `${mr}/approve`, status: 201 }],
    ["project", { method: "GET", path: project, status: 200 }],
    ["fork", { method: "POST", path: `${project}/fork`, status: 201 }],
    ["forks", { method: "GET", path: `${project}/forks`, status: 200 }],
    ["imported", { method: "GET", path: `${project}/import`, status: 200 }],
    ["members", { method: "GET", path: `${project}/members/all`, status: 200 }],
    ["branch", { method: "GET", path: `${project}/repository/branches/{branch}`, status: 200 }],
    ["commit", { method: "GET", path: `${project}/repository/commits/{sha}`, status: 200 }],
    ["compare", { method: "GET", path: `${project}/repository/compare`, status: 200 }],
    ["statuses", { method: "GET", path: `${project}/repository/commits/{sha}/statuses`, status: 200 }],
    // Documented with 200, really 201: the answer is held against the documented one.
    ["status", { method: "POST", path: `${project}/statuses/{sha}`, status: 200 }],
    ["pipeline", { method: "GET", path: `${project}/pipelines/{pipeline_id}`, status: 200 }],
    ["retried", { method: "POST", path: `${project}/pipelines/{pipeline_id}/retry`, status: 201 }],
    ["jobs", { method: "GET", path: `${project}/pipelines/{pipeline_id}/jobs`, status: 200 }],
    ["bridges", { method: "GET", path: `${project}/pipelines/{pipeline_id}/bridges`, status: 200 }],
    ["child", { method: "GET", path: `${project}/pipelines/{pipeline_id}`, status: 200 }],
    ["external", { method: "GET", path: `${project}/pipelines/{pipeline_id}`, status: 200 }],
    ["childJobs", { method: "GET", path: `${project}/pipelines/{pipeline_id}/jobs`, status: 200 }],
    ["ofCommit", { method: "GET", path: `${project}/repository/commits/{sha}/merge_requests`, status: 200 }],
    ["started", { method: "POST", path: `${mr}/pipelines`, status: 201 }],
    ["branchPipeline", { method: "POST", path: `${project}/pipeline`, status: 201 }],
    ["waiting", { method: "PUT", path: `${mr}/merge`, status: 200 }],
    ["member", { method: "GET", path: `${project}/members/all/{user_id}`, status: 200 }],
    // Described for merge requests; the emoji on a note is the same entity.
    ["emoji", { method: "POST", path: `${mr}/award_emoji`, status: 201 }],
    ["hook", { method: "POST", path: `${project}/hooks`, status: 201 }],
    ["protectedBranches", { method: "GET", path: `${project}/protected_branches`, status: 200 }],
    ["groupProjects", { method: "GET", path: "/api/v4/groups/{id}/projects", status: 200 }],
    ["user", { method: "GET", path: "/api/v4/user", status: 200 }],
    ["version", { method: "GET", path: "/api/v4/version", status: 200 }],
  ])("%s: names, types and enums as in OpenAPI", async (key, operation) => {
    const { answers } = await ready();
    const value = (answers as Readonly<Record<string, unknown>>)[key];
    expect(value).toBeDefined();
    expect(contract.operationErrors(operation, value, OPENAPI_EXTRAS[operation.path] ?? [])).toEqual([]);
  });

  it.each([
    ["merge_request", "merge_request"],
    ["push", "push"],
    ["pipeline", "pipeline"],
    ["child_pipeline", "pipeline"],
    ["note_on_merge_request", "note_on_merge_request"],
  ])("payload %s: same types, same keys", async (key, name) => {
    const { payloads } = await ready();
    const example = typesByPath(contract.example(name));
    const ours = typesByPath(payloads[key]);
    expect(ours.size).toBeGreaterThan(20);
    const differing = [...ours].flatMap(([path, types]) => {
      const expected = example.get(path);
      const both = [types, expected].every((each) => each !== undefined && [...each].some((type) => type !== "null"));
      const same = [...types].some((type) => type !== "null" && expected?.has(type));
      return both && !same ? [`${path}: ${[...types]} instead of ${[...(expected ?? [])]}`] : [];
    });
    expect(differing).toEqual([]);
    const known = (path: string, list: Readonly<Record<string, readonly RegExp[]>>): boolean =>
      list[name]?.some((pattern) => pattern.test(path)) ?? false;
    const hasParent = (path: string, other: typeof ours): boolean =>
      other.get(path.replace(/(\[\]|\.[^.[]+)$/, ""))?.has("null") ?? false;
    const extra = [...ours.keys()].filter(
      (path) => !example.has(path) && !known(path, PAYLOAD_EXTRAS) && !path.includes("labels[]"),
    );
    const missing = [...example.keys()].filter(
      (path) => !ours.has(path) && !known(path, PAYLOAD_MISSING) && !hasParent(path, ours),
    );
    expect({ extra, missing }).toEqual({ extra: [], missing: [] });
  });
}

/** Brings the world to life and collects an answer of each kind and a payload of each kind. */
async function collect(world: SmallWorld) {
  const { double, bots, alices, project, bot, alice, received, receiverUrl } = world;
  const get = async (path: string) => (await bots("GET", path)).body;
  const alicesGet = async (path: string) => (await alices("GET", path)).body;
  const at = `/projects/${project.id}`;
  const hook = (
    await alices("POST", `${at}/hooks`, {
      url: receiverUrl,
      push_events: true,
      merge_requests_events: true,
      note_events: true,
      pipeline_events: true,
    })
  ).body;
  const fork = (await bots("POST", `${at}/fork`, {})).body;
  await double.idle();
  const forked = double.view.project("bot/pkg") ?? project;
  double.admin.addMember(project, bot.user, 30);
  const files = {
    "a.txt": "two\n",
    ".gitlab-ci.yml": `${MERGE_REQUEST_CI}fail:\n  script: exit 1\n  rules: [{if: $CI_MERGE_REQUEST_IID}]\n`,
  };
  await double.admin.commit(forked, { branch: "feature", message: "Say two\n\nWhy.\n", files, user: bot.user });
  const created = (
    await bots("POST", `/projects/${forked.id}/merge_requests`, {
      source_branch: "feature",
      target_branch: "main",
      target_project_id: project.id,
      title: "Two",
      labels: "one,two",
      assignee_id: alice.user.id,
      reviewer_ids: [alice.user.id],
    })
  ).body;
  await double.idle();
  const one = `${at}/merge_requests/${created.iid}`;
  const note = (await bots("POST", `${one}/notes`, { body: "text" })).body;
  const sha = String(created.sha);
  const status = (
    await bots("POST", `${at}/statuses/${sha}`, {
      state: "running",
      name: "ext",
      target_url: "https://ci.example/1",
      description: "d",
      ref: `refs/merge-requests/${created.iid}/head`,
    })
  ).body;
  const mr = await get(one);
  const headPipeline = mr.head_pipeline as { id: number };
  const pipelineAt = `${at}/pipelines/${headPipeline.id}`;
  const pipeline = await get(pipelineAt);
  const jobs = (await get(`${pipelineAt}/jobs`)) as unknown as readonly Record<string, unknown>[];
  const later = await collectLater(world, one, forked);
  await double.admin.commit(project, {
    branch: "main",
    message: "Push\n",
    files: { "a.txt": "x\n", new: "y" },
    user: alice.user,
  });
  await double.idle();
  const child = await double.admin.startChildPipeline(headPipeline.id, { bridge: "more", file: "deep: {script: x}" });
  await double.idle();
  const answers = {
    ...later,
    bridges: await get(`${pipelineAt}/bridges`),
    child: await get(`${at}/pipelines/${child.id}`),
    childJobs: await get(`${at}/pipelines/${child.id}/jobs`),
    external: await get(`${at}/pipelines/${status.pipeline_id}`),
    ofCommit: await get(`${at}/repository/commits/${sha}/merge_requests`),
    member: await get(`${at}/members/all/${alice.user.id}`),
    emoji: (await bots("POST", `${one}/notes/${note.id}/award_emoji`, { name: "eyes" })).body,
    hook,
    fork,
    created,
    mr,
    headPipeline,
    pipeline,
    jobs,
    status,
    job: jobs[0],
    author: mr.author,
    notes: await get(`${one}/notes`),
    list: await get(`${at}/merge_requests`),
    diffs: await get(`${one}/diffs`),
    commits: await get(`${one}/commits`),
    pipelines: await get(`${one}/pipelines`),
    approved: (await alices("POST", `${one}/approve`)).body,
    project: await get(at),
    forks: await get(`${at}/forks`),
    imported: await get(`${at}/import`),
    members: await get(`${at}/members/all`),
    branch: await get(`${at}/repository/branches/main`),
    commit: await get(`${at}/repository/commits/${sha}`),
    compare: await get(`${at}/repository/compare?from=main&to=${sha}`),
    statuses: await get(`${at}/repository/commits/${sha}/statuses`),
    retried: (await alices("POST", `${pipelineAt}/retry`)).body,
    protectedBranches: await alicesGet(`${at}/protected_branches`),
    groupProjects: await get(`/groups/${encodeURIComponent("top/rpms")}/projects`),
    user: await get("/user"),
    version: await get("/version"),
  };
  const payload = (event: string, index = -1) =>
    received.filter(({ headers }) => headers["x-gitlab-event"] === event).at(index)?.body;
  const payloads: Readonly<Record<string, unknown>> = {
    merge_request: payload("Merge Request Hook", 0),
    push: payload("Push Hook"),
    pipeline: payload("Pipeline Hook", 0),
    child_pipeline: received.map(({ body }) => body).findLast((body) => "source_pipeline" in body),
    note_on_merge_request: payload("Note Hook"),
  };
  return { answers, payloads };
}

/** A new pipeline of the merge request, one of its branch, and a merge that waits for a pipeline. */
async function collectLater(world: SmallWorld, mergeRequest: string, fork: { readonly id: number }) {
  const { double, bots, alices, alice } = world;
  const forked = double.view.project(fork.id);
  if (forked === undefined) throw new Error("the fork is missing");
  double.settings.pipelineMode = "manual";
  const started = (await bots("POST", `${mergeRequest}/pipelines`)).body;
  const waiting = (await alices("PUT", `${mergeRequest}/merge`, { auto_merge: true })).body;
  const files = { ".gitlab-ci.yml": "a: {script: x}\n" };
  await double.admin.commit(forked, { branch: "plain", message: "Plain\n", files, user: alice.user });
  const branchPipeline = (await bots("POST", `/projects/${fork.id}/pipeline`, { ref: "plain" })).body;
  double.settings.pipelineMode = "auto";
  return { started, waiting, branchPipeline };
}

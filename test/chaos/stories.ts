// What happens to a package, up to the moment when the jobs run that a trial disturbs.
import { parseSha } from "../../src/model/ids.ts";
import type { Job } from "../../src/model/jobs.ts";
import type { MergeRequest } from "../gitlab-double/state/types.ts";
import { type Account, type Contribution, contribute, helloSource } from "../support/package.ts";
import { backsyncOf, type ChaosWorld, mirrorOf } from "./chaos-world.ts";

/** A story. */
export interface Story {
  readonly name: string;
  /** Brings the world to where the jobs are due, and returns them. */
  prepare(world: ChaosWorld): Promise<readonly Job[]>;
}

/** All stories. */
export const STORIES: readonly Story[] = [
  {
    name: "new",
    prepare: async (world) => [mirrorOf((await contribute(world.double, world.pkg, world.alice)).mergeRequest)],
  },
  onPair("push", async (world, { fork, branch }) => {
    const files = { "hello.c": helloSource("Good evening") };
    await world.double.admin.commit(fork, { user: world.alice.user, branch, message: "Good evening\n", files });
  }),
  onPair("retitle", (world, { mergeRequest }) =>
    edit(world, mergeRequest, { title: "Draft: Greet warmly", description: "Please.\n\nBugzilla: 12345" }),
  ),
  onPair("close", (world, { mergeRequest }) => edit(world, mergeRequest, { state_event: "close" })),
  onPair("reopen", async (world, { fork, branch, mergeRequest }) => {
    await edit(world, mergeRequest, { state_event: "close" });
    await world.run([mirrorOf(mergeRequest)]);
    const files = { "hello.c": helloSource("Good night") };
    await world.double.admin.commit(fork, { user: world.alice.user, branch, message: "Good night\n", files });
    await edit(world, mergeRequest, { state_event: "reopen" });
  }),
  onPair("retarget", async (world, { mergeRequest }) => {
    const { double, pkg, mia } = world;
    for (const project of [pkg.source, pkg.dist])
      await double.admin.commit(project, {
        branch: "c10s",
        parent: double.view.branches(project)[pkg.branch] ?? "",
        user: mia.user,
        message: "Branch off\n",
        files: project === pkg.source ? { "branch.txt": "c10s\n" } : {},
      });
    await edit(world, mergeRequest, { target_branch: "c10s" });
  }),
  onPair("recreate", (world, { mergeRequest }) => say(world, mergeRequest, "/tandem recreate")),
  onPair("retest", (world, { mergeRequest }) => say(world, mergeRequest, "/tandem retest")),
  onPair("merge", async (world, { mergeRequest }) => {
    world.double.admin.addMember(world.pkg.dist, world.bot.user, 40);
    await merge(world, mergeRequest);
  }),
  onPair("problem", async (world, { fork, branch }) => {
    const files = { "hello.c": helloSource("x") };
    const message = "Fix foo\n\nPatch-id: abc\n";
    await world.double.admin.commit(fork, { user: world.alice.user, branch, message, files });
  }),
  {
    name: "ci",
    async prepare(world) {
      const { mergeRequest } = await ride(world);
      const [pipeline] = world.double.view.mergeRequestPipelines(pairOf(world, mergeRequest));
      const sha = pipeline && parseSha(pipeline.sha);
      if (!sha) throw new Error("the pair has no pipeline");
      await world.double.admin.advancePipeline(pipeline.id, "running");
      await world.double.idle();
      return [
        { v: 1, queue: "ci", forge: "gitlab", projectId: pipeline.projectId, sha, ref: pipeline.ref, origin: "chaos" },
      ];
    },
  },
  {
    name: "backsync, new",
    async prepare(world) {
      await ride(world);
      await moveDist(world, "gating.yaml");
      return [backsyncOf(world)];
    },
  },
  {
    name: "backsync, update",
    async prepare(world) {
      await moveDist(world, "gating.yaml");
      await world.run([backsyncOf(world)]);
      await moveDist(world, "more.yaml");
      return [backsyncOf(world)];
    },
  },
  {
    name: "D22, dist-git moved",
    async prepare(world) {
      const { fork, branch, mergeRequest } = await ride(world);
      await moveDist(world, "gating.yaml");
      const files = { "hello.c": helloSource("Good evening") };
      await world.double.admin.commit(fork, { user: world.alice.user, branch, message: "Good evening\n", files });
      return [mirrorOf(mergeRequest)];
    },
  },
];

/** A story of a merge request that has its pair. */
function onPair(name: string, happens: (world: ChaosWorld, contribution: Contribution) => Promise<unknown>): Story {
  return {
    name,
    async prepare(world) {
      const contribution = await ride(world);
      await happens(world, contribution);
      await world.double.idle();
      return [mirrorOf(contribution.mergeRequest)];
    },
  };
}

async function ride(world: ChaosWorld): Promise<Contribution> {
  const contribution = await contribute(world.double, world.pkg, world.alice);
  await world.run([mirrorOf(contribution.mergeRequest)]);
  return contribution;
}

async function moveDist({ double, pkg }: ChaosWorld, file: string): Promise<void> {
  const files = { [file]: "--- !Policy\n" };
  await double.admin.commit(pkg.dist, { branch: pkg.branch, user: pkg.maintainer, message: `Add ${file}\n`, files });
  await double.idle();
}

function pairOf({ double, pkg }: ChaosWorld, { iid }: MergeRequest): MergeRequest {
  const found = double.view.mergeRequests(pkg.dist).find(({ sourceBranch }) => sourceBranch === `src-${iid}-c9s`);
  if (!found) throw new Error(`!${iid} has no pair`);
  return found;
}

function edit(world: ChaosWorld, mergeRequest: MergeRequest, body: object): Promise<void> {
  return call(world, "PUT", { mergeRequest, body, by: world.alice });
}

function say(world: ChaosWorld, mergeRequest: MergeRequest, body: string): Promise<void> {
  return call(world, "POST", { mergeRequest, below: "/notes", body: { body }, by: world.alice });
}

function merge(world: ChaosWorld, mergeRequest: MergeRequest): Promise<void> {
  return call(world, "PUT", { mergeRequest, below: "/merge", body: {}, by: world.mia });
}

interface Deed {
  readonly mergeRequest: MergeRequest;
  readonly below?: string;
  readonly body: object;
  readonly by: Account;
}

async function call({ double }: ChaosWorld, method: "PUT" | "POST", deed: Deed): Promise<void> {
  const { mergeRequest, below = "", body, by } = deed;
  const path = `/projects/${mergeRequest.projectId}/merge_requests/${mergeRequest.iid}${below}`;
  const answer = await double.request(method, path, { token: by.token, body });
  if (answer.status >= 300) throw new Error(`${method} ${path}: ${answer.status} ${JSON.stringify(answer.body)}`);
}

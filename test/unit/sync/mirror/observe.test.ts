// What the mirror sees of texts that people can edit, and of a world that is not as it should be.
import { describe, expect, it } from "@jest/globals";
import type { DistForge, MergeRequest, Note } from "../../../../src/forge/forge.ts";
import { userError } from "../../../../src/model/errors.ts";
import { renderPairMark, renderStatusMark } from "../../../../src/sync/marks/marker.ts";
import { observe } from "../../../../src/sync/mirror/observe.ts";
import { fakeForge } from "../../../support/fake-forge.ts";
import {
  bot,
  commit,
  contributor,
  mergeRequest,
  note,
  pair,
  project,
  route,
  sha,
} from "../../../support/forge-values.ts";

const source = project(1, "src/pkg");
const dist = project(2, "rpms/pkg");
const ref = (iid: number, projectId = source.id) => ({ forge: "gitlab", projectId, iid }) as const;
const distMergeRequest = (description: string, more: Partial<MergeRequest> = {}) =>
  pair({ description, ...more }).mergeRequest;

const BOT_EMAIL = "bot@example.com";

function look(
  given: Partial<DistForge> = {},
  options: { readonly trust?: "members"; readonly branches?: string[] } = {},
) {
  const forge = fakeForge({
    readProject: async (id) => [source, dist].find((each) => each.id === id || each.path === id),
    readMergeRequest: async () => mergeRequest({ noteCount: 1 }),
    findNotes: async () => [],
    findMergeRequests: async () => [],
    findOpenMergeRequestsBy: async () => [],
    hasFile: async () => true,
    readBranch: async () => commit(sha("d"), sha("a")),
    findMergeRequestPipelines: async () => [],
    findPipelines: async () => [],
    isMember: async () => false,
    ...given,
  });
  const home = async () => ({ forge, bot });
  return observe(
    {
      homes: { source: home, dist: home },
      routes: [{ ...route, trust: options.trust ?? "anyone", branches: options.branches ?? ["*"] }],
      prefix: "/tandem",
      identityOf: () => ({ email: BOT_EMAIL }),
    },
    { v: 1, queue: "mirror", forge: "gitlab", projectId: source.id, iid: 5, origin: "test" },
  );
}

describe("the branch in the comment's mark", () => {
  it.each([
    ["the pair's", "src-5-c8s", "src-5-c8s"],
    ["the predecessor's form of it", "c9s-src-5", "c9s-src-5"],
    ["another pair's", "src-7-c9s", "src-5-c9s"],
    ["the fork's default branch", "c9s", "src-5-c9s"],
    ["no branch name", "src-5-a..b", "src-5-c9s"],
    ["a refspec", "src-5-x:refs/heads/c9s", "src-5-c9s"],
    ["an option", "--src-5-c9s", "src-5-c9s"],
  ])("%s: %j is read as %j", async (_, branch, expected) => {
    const findNotes = async () => [note(`${renderStatusMark({ branch })}\ntext`)];
    expect(await look({ findNotes })).toMatchObject({ found: "world", world: { pairBranch: expected } });
  });

  it("is kept when the dist-git project cannot be seen for a while", async () => {
    const seen = await look({
      findNotes: async () => [note(`${renderStatusMark({ branch: "src-5-c8s" })}\ntext`)],
      readProject: async (id) => (id === source.id ? source : undefined),
    });
    expect(seen).toMatchObject({
      found: "blocked",
      error: { code: "dist-git-missing" },
      subject: { mark: { branch: "src-5-c8s" } },
    });
  });
});

describe("the pair", () => {
  it.each([
    ["as it was made", renderPairMark({ source: ref(5) })],
    ["with a description that a person wrote anew", "Please hurry."],
  ])("is found %s", async (_, description) => {
    const findMergeRequests = async () => [distMergeRequest(description)];
    expect(await look({ findMergeRequests })).toMatchObject({ world: { pair: { mergeRequest: { iid: 8 } } } });
  });

  it("is none when it was closed because its fork is gone", async () => {
    const description = renderPairMark({ source: ref(5) });
    const findMergeRequests = async () => [
      distMergeRequest(description, { state: "closed", sourceProjectId: undefined }),
    ];
    expect(await look({ findMergeRequests })).toMatchObject({ world: { pair: undefined, packaged: true } });
  });

  it.each([
    ["iid", ref(6)],
    ["project", ref(5, 99)],
  ])("is not taken over from another source merge request (%s)", async (_, other) => {
    const findMergeRequests = async () => [distMergeRequest(renderPairMark({ source: other }))];
    expect(await look({ findMergeRequests })).toMatchObject({ found: "blocked", error: { code: "branch-taken" } });
  });
});

it("waits for the head of a merge request that GitLab still prepares", async () => {
  const readMergeRequest = async () => mergeRequest({ head: undefined });
  await expect(look({ readMergeRequest })).rejects.toMatchObject({ kind: "stale", code: "head-unknown" });
});

it.each(["closed", "merged"] as const)("does not wait for the head of a merge request that is %s", async (state) => {
  const readMergeRequest = async () => mergeRequest({ head: undefined, state });
  expect(await look({ readMergeRequest })).toMatchObject({ found: "world", world: { packaged: false } });
});

it("writes nothing into a dist-git project that moved to where no route leads", async () => {
  const moved = project(2, "elsewhere/pkg");
  const readProject = async (id: number | string) => (id === source.id ? source : moved);
  expect(await look({ readProject })).toMatchObject({ found: "blocked", error: { code: "dist-git-moved" } });
});

it("tells the author what the forge refuses in dist-git", async () => {
  const error = userError("forge-forbidden", "GitLab answered 403");
  const findMergeRequests = () => Promise.reject(error);
  expect(await look({ findMergeRequests })).toMatchObject({ found: "blocked", error });
});

describe("the head of the pair's branch", () => {
  const described = { description: renderPairMark({ source: ref(5) }) };
  it.each<
    readonly [string, Partial<MergeRequest>, { readonly madeFrom?: "a"; readonly committerEmail: string }, boolean]
  >([
    ["made by the bot", {}, { madeFrom: "a", committerEmail: BOT_EMAIL }, true],
    ["amended by a person, who keeps the trailer", {}, { madeFrom: "a", committerEmail: "p@x" }, false],
    ["a person's commit on top", {}, { committerEmail: "p@x" }, false],
    [
      "made by the predecessor, under its name",
      { sourceBranch: "c9s-src-5" },
      { madeFrom: "a", committerEmail: "old@x" },
      true,
    ],
  ])("%s", async (_, given, { madeFrom, committerEmail }, ours) => {
    const seen = await look({
      findMergeRequests: async () => [distMergeRequest(described.description, given)],
      readBranch: async () => ({ ...commit(sha("d"), madeFrom && sha(madeFrom)), committerEmail }),
    });
    expect(seen).toMatchObject({ world: { pair: { headIsOurs: ours } } });
  });
});

describe("a replaced pair", () => {
  const old = distMergeRequest(renderPairMark({ source: ref(5), successor: "src-5-c9s-r2" }), {
    state: "closed",
    iid: 7,
  });
  const next = distMergeRequest(renderPairMark({ source: ref(5) }), { sourceBranch: "src-5-c9s-r2" });

  it.each([
    ["the next one is there", [next], 8],
    ["it is not there yet", [], undefined],
  ])("goes on from the successor's branch: %s", async (_, there, iid) => {
    const seen = await look({
      findMergeRequests: async (__, { sourceBranch }) => (sourceBranch === "src-5-c9s" ? [old] : there),
    });
    expect(seen).toMatchObject({ world: { pairBranch: "src-5-c9s-r2", predecessor: { iid: 7 } } });
    expect(seen.found === "world" ? seen.world.pair?.mergeRequest.iid : 0).toBe(iid);
  });

  it("does not follow a mark to another pair's branch", async () => {
    const lured = distMergeRequest(renderPairMark({ source: ref(5), successor: "src-9-c9s" }));
    const seen = await look({ findMergeRequests: async () => [lured] });
    expect(seen).toMatchObject({ world: { pairBranch: "src-5-c9s", predecessor: undefined } });
  });
});

describe("an open merge request of the predecessor", () => {
  const former = (given: Partial<MergeRequest>) =>
    distMergeRequest(`Made from [this](${mergeRequest().webUrl}).`, { sourceBranch: "11.3.0-c9s-src-5", ...given });
  it.each<readonly [string, Partial<MergeRequest>, boolean]>([
    ["is taken over, on its branch", {}, true],
    ["also when it goes to another branch", { targetBranch: "c8s" }, true],
    ["not when it is for another number", { sourceBranch: "11.3.0-c9s-src-6" }, false],
    ["not when it names another source", { description: "of elsewhere" }, false],
  ])("%s", async (_, given, taken) => {
    const seen = await look({ findOpenMergeRequestsBy: async () => [former(given)] });
    const expected = taken ? "11.3.0-c9s-src-5" : "src-5-c9s";
    expect(seen).toMatchObject({ world: { pairBranch: expected } });
    expect(seen.found === "world" && seen.world.pair !== undefined).toBe(taken);
  });
});

describe("a pair that no comment names: it was removed, or never came to be", () => {
  const named = (description: string, given: Partial<MergeRequest> = {}) =>
    distMergeRequest(description, { sourceBranch: "src-5-c8s", targetBranch: "c8s", ...given });
  it.each<readonly [string, MergeRequest, boolean]>([
    ["is found by its mark where the target was changed meanwhile", named(renderPairMark({ source: ref(5) })), true],
    ["not by the mark of another one", named(renderPairMark({ source: ref(6) })), false],
    ["not by the mark of another project's", named(renderPairMark({ source: ref(5, 99) })), false],
    ["not when it was replaced", named(renderPairMark({ source: ref(5), successor: "src-5-c8s-r2" })), false],
  ])("%s", async (_, open, taken) => {
    const seen = await look({ findOpenMergeRequestsBy: async () => [open] });
    expect(seen).toMatchObject({ world: { pairBranch: taken ? "src-5-c8s" : "src-5-c9s" } });
    expect(seen.found === "world" && seen.world.pair?.mergeRequest).toBe(taken ? open : undefined);
  });
});

describe("a branch that is not served", () => {
  const branches = ["c10s"];
  it("is none of Tandem's business, and costs two calls", async () => {
    const readMergeRequest = async () => mergeRequest();
    const findNotes = () => Promise.reject(new Error("not to be asked"));
    expect(await look({ readMergeRequest, findNotes }, { branches })).toMatchObject({ found: "out-of-scope" });
  });

  it("is followed to the end when it was served before", async () => {
    const findNotes = async () => [note(`${renderStatusMark({ branch: "src-5-c9s" })}\ntext`)];
    expect(await look({ findNotes }, { branches })).toMatchObject({ found: "world", world: { served: false } });
  });

  it("is left alone when people only talk", async () => {
    const findNotes = async () => [note("hello", { author: contributor })];
    expect(await look({ findNotes }, { branches })).toMatchObject({ found: "out-of-scope" });
  });
});

describe("trust", () => {
  it.each([
    ["a member", async () => true, true],
    ["a stranger", async () => false, false],
  ])("%s", async (_, isMember, trusted) => {
    expect(await look({ isMember }, { trust: "members" })).toMatchObject({ world: { trusted } });
  });

  it("is not asked for where the route does not want it", async () => {
    const isMember = () => Promise.reject(new Error("not to be asked"));
    expect(await look({ isMember })).toMatchObject({ world: { trusted: true } });
  });
});

describe("commands", () => {
  const stranger = { id: 66, username: "mallory", name: "Mallory" };
  const by = (author: typeof stranger, id: number, body: string): Note => note(body, { author, id });

  it("are the comments that were not answered yet, with who may", async () => {
    const findNotes = async () => [
      note(`${renderStatusMark({ commands: { note: 10 } })}\ntext`, { id: 9 }),
      by(contributor, 10, "/tandem sync"),
      by(contributor, 11, "/tandem retest now"),
      by(contributor, 12, "no /tandem sync"),
      by(stranger, 13, "/tandem sync\nplease"),
      by(contributor, 14, "/tandem ok"),
      by({ ...stranger, id: bot.id }, 15, "/tandem sync"),
    ];
    const seen = await look({ findNotes });
    const commands = seen.found === "world" ? seen.world.commands : [];
    expect(commands.map(({ noteId, name, args, allowed }) => [noteId, name, args, allowed])).toEqual([
      [11, "retest", ["now"], true],
      [13, "sync", [], false],
      [14, "ok", [], false],
    ]);
  });

  it("ask about each person once", async () => {
    const asked: number[] = [];
    const findNotes = async () => [by(stranger, 11, "/tandem sync"), by(stranger, 12, "/tandem ok")];
    const isMember = async (_: number, { id }: { id: number }) => asked.push(id) > 0;
    const seen = await look({ findNotes, isMember });
    expect(asked).toEqual([stranger.id]);
    expect(seen).toMatchObject({ world: { commands: [{ allowed: true }, { allowed: true }] } });
  });

  it("stand on the dist-git side, too", async () => {
    const pairRequest = distMergeRequest(renderPairMark({ source: ref(5) }), { noteCount: 2 });
    const findNotes = async (projectId: number) =>
      projectId === dist.id ? [by(stranger, 3, "/tandem retest"), by(stranger, 4, "/tandem recreate")] : [];
    const seen = await look({ findMergeRequests: async () => [pairRequest], findNotes, isMember: async () => true });
    expect(seen).toMatchObject({
      world: {
        commands: [
          { side: "dist", name: "retest", allowed: true },
          { side: "dist", name: "recreate" },
        ],
      },
    });
  });
});

describe("what is asked, and when", () => {
  it("a new merge request's world is read in three rounds", async () => {
    const rounds: string[][] = [];
    const asked: string[] = [];
    let ended = () => {};
    // Every call waits until nothing more is asked: what is asked meanwhile belongs to one round.
    let round = new Promise<void>(() => {});
    const begin = () => {
      round = new Promise((resolve) => {
        ended = resolve;
      });
      setImmediate(() => {
        rounds.push(asked.splice(0).sort());
        ended();
      });
    };
    const held =
      <A extends readonly unknown[], R>(name: string, answer: (...args: A) => Promise<R>) =>
      async (...args: A): Promise<R> => {
        if (asked.length === 0) begin();
        asked.push(name);
        await round;
        return answer(...args);
      };
    await look({
      readProject: held("project", async (id) => [source, dist].find((each) => each.id === id || each.path === id)),
      readMergeRequest: held("merge request", async () => mergeRequest({})),
      findNotes: held("notes", async () => []),
      findMergeRequests: held("pair", async () => []),
      findOpenMergeRequestsBy: held("unnamed pair", async () => []),
      hasFile: held("file", async () => true),
      readBranch: held("branch", async () => commit(sha("d"), sha("a"))),
    });
    expect(rounds).toEqual([
      ["merge request", "project"],
      ["notes", "project"],
      ["branch", "file", "pair", "unnamed pair"],
    ]);
  });

  it("the packaging is asked for once, also where the dist-git branch is taken", async () => {
    let files = 0;
    const hasFile = async () => {
      files++;
      return true;
    };
    const taken = distMergeRequest(`${renderPairMark({ source: ref(99) })}\n`);
    expect(await look({ hasFile, findMergeRequests: async () => [taken] })).toMatchObject({ found: "blocked" });
    expect(files).toBe(1);
  });

  it("a dist-git project that cannot be read is an error, whatever else is read meanwhile", async () => {
    const failure = new Error("away");
    const readProject: DistForge["readProject"] = async (id) => {
      if (id === source.id) return source;
      throw failure;
    };
    await expect(look({ readProject })).rejects.toBe(failure);
    const findNotes = async () => {
      throw new Error("away, too");
    };
    await expect(look({ readProject, findNotes })).rejects.toThrow("away, too");
  });
});

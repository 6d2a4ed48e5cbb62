// What a mirror job makes of errors, and of people who cannot be told.
import { describe, expect, it } from "@jest/globals";
import type { DistForge } from "../../../../src/forge/forge.ts";
import { TandemError, userError } from "../../../../src/model/errors.ts";
import { createStatusMemory } from "../../../../src/sync/checks/set-status.ts";
import { runMirror } from "../../../../src/sync/mirror/run.ts";
import { fakeForge } from "../../../support/fake-forge.ts";
import { bot, commit, contributor, mergeRequest, note, project, route, sha } from "../../../support/forge-values.ts";
import { manualClock } from "../../../support/manual-clock.ts";
import { recordingLogger } from "../../../support/recording-logger.ts";

const source = project(1, "src/pkg");
const dist = project(2, "rpms/pkg");

/** An open merge request whose dist-git branch is missing: there is something to tell, and no git is needed. */
async function run(given: Partial<DistForge>, { lastAttempt = false, openRepository = never } = {}) {
  const written: string[] = [];
  const forge = fakeForge({
    readProject: async (id) => [source, dist].find((each) => each.id === id || each.path === id),
    readMergeRequest: async () => mergeRequest(),
    findNotes: async () => [],
    findMergeRequests: async () => [],
    findOpenMergeRequestsBy: async () => [],
    hasFile: async () => true,
    readBranch: async () => undefined,
    isMember: async () => true,
    acknowledge: async () => {},
    setCommitStatus: async (_, __, { context, state }) => {
      written.push(`${context} ${state}`);
      return "set";
    },
    createNote: async (_, __, body) => {
      written.push(body);
      return note(body);
    },
    ...given,
  });
  const home = async () => ({ forge, bot });
  const logger = recordingLogger();
  const outcome = await runMirror(
    {
      homes: { source: home, dist: home },
      routes: [route],
      prefix: "/tandem",
      identityOf: () => ({ name: "Tandem", email: "bot@example.com" }),
      openRepository,
      remoteOf: () => ({ url: "https://gitlab.test/x.git" }),
      forkWaitSeconds: 1,
      clock: manualClock(),
      signal: new AbortController().signal,
      logger,
      statusMemory: createStatusMemory(),
      lastAttempt,
    },
    { v: 1, queue: "mirror", forge: "gitlab", projectId: source.id, iid: 5, origin: "test" },
  );
  return { outcome, written, lines: logger.lines };
}

function never(): Promise<never> {
  return Promise.reject(new Error("not to be used"));
}

describe("a mistake that a person has to mend", () => {
  it("is told with a failed status, and ends the job well", async () => {
    const { outcome, written } = await run({});
    expect(outcome).toMatchObject({ state: "refused", summary: expect.stringContaining("dist-branch-missing") });
    expect(outcome.record).toMatchObject({ source: { iid: 5 }, told: "problem", needsPerson: true });
    expect(written[0]).toBe("tandem failed");
    expect(written[1]).toContain("no branch");
  });

  it.each(["retest", "recreate"])("says of a %s that it prevents that it could not be done", async (name) => {
    const findNotes = async () => [note(`/tandem ${name}`, { id: 1, author: contributor })];
    const { written } = await run({ findNotes });
    expect(written[1]).toContain("it could not be done");
  });

  it("shows that a command was seen also where no pair can be looked for", async () => {
    const seen: number[] = [];
    const { written } = await run({
      findNotes: async () => [note("/tandem sync", { id: 4, author: contributor })],
      readProject: async (id) => (id === source.id ? source : undefined),
      acknowledge: async (_, __, id) => {
        seen.push(id);
      },
    });
    expect(written[1]).toContain("does not exist, or the bot may not see it");
    expect(seen).toEqual([4]);
  });

  it("says of an ok that nothing waits for that nothing does", async () => {
    const { written } = await run({ findNotes: async () => [note("/tandem ok", { id: 1, author: contributor })] });
    expect(written[1]).toContain("nothing waits for it");
  });

  it("ends the job well also where the bot may not comment", async () => {
    const createNote = () => Promise.reject(userError("forge-forbidden", "GitLab answered 403"));
    const { outcome, lines } = await run({ createNote });
    expect(outcome.state).toBe("refused");
    expect(JSON.stringify(lines)).toContain("could not be told");
  });
});

it("a status that the forge calls wrong keeps nobody from reading the comment", async () => {
  const setCommitStatus = () =>
    Promise.reject(new TandemError("bug", "GitLab answered 400", { code: "forge-refused" }));
  const { outcome, written, lines } = await run({ setCommitStatus });
  expect(outcome.state).toBe("refused");
  expect(written[0]).toContain("no branch");
  expect(lines.filter(({ level }) => level === "error")).toHaveLength(1);
});

it("leaves a record of the pair with the times of its parts, and none where there is no package", async () => {
  const gone = userError("config-missing", "there is no .distro/source-git.yaml");
  const readBranch = async () => commit(sha("f"));
  const openRepository = () => Promise.reject(gone);
  const unprepared = await run({ readBranch }, { openRepository });
  expect(unprepared.outcome).toEqual({ state: "noop", summary: gone.message });
  expect((await run({ hasFile: async () => false })).outcome).not.toHaveProperty("record");
  const mergeRequestIsGone = await run({ readMergeRequest: async () => undefined });
  expect(mergeRequestIsGone.outcome).not.toHaveProperty("record");
  const openBranch = () => Promise.reject(userError("spec-invalid", "The spec is odd"));
  const { outcome } = await run({ readBranch }, { openRepository: openBranch });
  expect(outcome.record).toMatchObject({ steps: ["observe", "plan", "apply"].map((name) => ({ name, seconds: 0 })) });
});

describe("who is a member cannot be seen", () => {
  it("a stranger's command does not stop the job", async () => {
    const findNotes = async () => [note("/tandem sync", { id: 1, author: { ...bot, id: 66, username: "mallory" } })];
    const isMember = () => Promise.reject(userError("forge-forbidden", "GitLab answered 403"));
    const { outcome, written } = await run({ findNotes, isMember });
    expect(outcome.state).toBe("refused");
    expect(written[1]).toContain("only the author and members");
  });

  it("GitLab's own failure is no answer", async () => {
    const findNotes = async () => [note("/tandem sync", { id: 1, author: { ...bot, id: 66, username: "mallory" } })];
    const isMember = () => Promise.reject(new TandemError("upstream", "502", { code: "forge-unavailable" }));
    await expect(run({ findNotes, isMember })).rejects.toMatchObject({ kind: "upstream" });
  });
});

describe("what only operators can mend", () => {
  it.each([
    ["upstream", false, false],
    ["upstream", true, true],
    ["rate-limit", true, false],
    ["auth", false, true],
    ["bug", false, true],
  ] as const)("%s, last attempt %s: the author is told: %s", async (kind, lastAttempt, told) => {
    const written: string[] = [];
    const createNote = async (_: number, __: number, body: string) => {
      written.push(body);
      return note(body);
    };
    const error = new TandemError(kind, "it failed", { code: "x" });
    const openRepository = () => Promise.reject(error);
    const readBranch = async () => commit(sha("f"));
    await expect(run({ readBranch, createNote }, { lastAttempt, openRepository })).rejects.toBe(error);
    expect(written.some((body) => body.includes("It is not your fault"))).toBe(told);
  });
});

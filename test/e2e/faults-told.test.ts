// Every failure reaches the contributor: what is wrong, where, how to mend it - and that it was mended (R23).
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, afterEach, beforeAll, expect, it } from "@jest/globals";
import { eventually } from "../support/eventually.ts";
import { type Contribution, contribute, forkSource, helloSource, type Package } from "../support/package.ts";
import { type Stage, setStage } from "../support/stage.ts";
import { type Story, storyOn } from "../support/story.ts";

const DEVELOPER = 30;
const home = mkdtempSync(join(tmpdir(), "tandem-told-"));
let stage: Stage;
let story: Story;
let shared: Package;
let count = 0;

beforeAll(async () => {
  stage = await setStage({ home });
  stage.double.settings.pipelineMode = "manual";
  story = storyOn(stage);
  shared = await newPackage();
});
afterEach(() => {
  stage.double.faults.clear();
  expect(stage.double.logs.unknownRequests).toEqual([]);
  // Only what the bot's own credential may not do is an error for the operators.
  const errors = stage.service.log.filter(({ level }) => level === "error");
  expect(errors.filter(({ code }) => code !== "remote-auth")).toEqual([]);
});
afterAll(async () => {
  await stage.close();
  rmSync(home, { recursive: true, force: true });
});

async function newPackage(): Promise<Package> {
  const pkg = await stage.package(`package-${++count}`);
  stage.double.admin.addMember(await forkSource(stage.double, pkg, stage.alice), stage.bot.user, DEVELOPER);
  return pkg;
}

const statusOf = ({ fork, mergeRequest }: Contribution) =>
  stage.double.view.statuses(fork, mergeRequest.sha).find(({ name }) => name === "tandem");
const coloured = (contribution: Contribution, status: "success" | "failed") =>
  eventually(() => statusOf(contribution)?.status === status, { what: `the status ${status}` });

const FOR_CONTRIBUTORS = "could not be brought in step";
const FOR_OPERATORS = "something went wrong on Tandem's side";

async function expectTold(contribution: Contribution, tells: RegExp, words = FOR_CONTRIBUTORS): Promise<void> {
  expect(await story.told(contribution, tells)).toContain(words);
  await coloured(contribution, "failed");
  const { projectId, iid } = contribution.mergeRequest;
  const path = stage.double.view.pathOf(stage.double.view.project(projectId) ?? shared.source);
  expect(statusOf(contribution)?.targetUrl).toBe(`${stage.double.url}/${path}/-/merge_requests/${iid}`);
}

async function expectMended(pkg: Package, contribution: Contribution): Promise<void> {
  const { pair, comment } = await story.settled(pkg, contribution);
  expect(comment).not.toMatch(/could not|went wrong/);
  await coloured(contribution, "success");
  expect(pair.state).toBe("opened");
  expect(stage.comments(contribution.mergeRequest)).toHaveLength(1);
}

type Commit = { readonly message: string; readonly files: Readonly<Record<string, string>> };

let greetings = 0;
const code = (...trailers: string[]): Commit => ({
  message: `Fix foo\n\n${trailers.map((line) => `${line}\n`).join("")}`,
  files: { "hello.c": helloSource(`Greeting ${++greetings}`) },
});
/** A change of `.distro/source-git.yaml`. */
const config = (change: (text: string) => string) => async (): Promise<readonly Commit[]> => {
  const text = String(await stage.double.view.file(shared.source, "c9s", ".distro/source-git.yaml"));
  expect(change(text)).not.toBe(text);
  return [{ message: "Change the configuration\n", files: { ".distro/source-git.yaml": change(text) } }];
};
const ACTIONS = "actions:\n  post-upstream-clone: touch x\n";
const SEVERAL = "packages:\n  a:\n    specfile_path: a.spec\n  b:\n    specfile_path: b.spec\n";

it.each<[string, () => readonly Commit[] | Promise<readonly Commit[]>, RegExp]>([
  ["trailer-invalid", () => [code("Patch-id: abc")], /Commit .*the value 'abc' of Patch-id(.|\n)*number/],
  ["patch-name-invalid", () => [code("Patch-name: ../x.patch")], /patch name '..\/x.patch'(.|\n)*plain file name/],
  [
    "patch-name-repeated",
    () => [code("Patch-name: a.patch"), code(), code("Patch-name: a.patch")],
    /same name: a.patch(.|\n)*Reorder/,
  ],
  [
    "patch-prefix-mixed",
    () => [code("Patch-name: a.patch"), code("Patch-name: a.patch", "No-prefix: true")],
    /with and without prefixes(.|\n)*No-prefix/,
  ],
  ["patch-id-order", () => [code("Patch-id: 5"), code("Patch-id: 5")], /less than or equal(.|\n)*larger Patch-id/],
  ["config-invalid", config((text) => `${text}nonsense: 1\n`), /nonsense: Unknown field(.|\n)*Correct/],
  ["package-ambiguous", config(() => SEVERAL), /describes several packages(.|\n)*Add a package/],
  [
    "path-illegal",
    config((text) => text.replace("src: .distro/", "src: ../x/")),
    /'..\/x\/' in 'src' is outside(.|\n)*Use paths relative/,
  ],
  [
    "filter-invalid",
    config((text) => text.replace("protect sources", "frob sources")),
    /filter 'frob sources'(.|\n)*rsync/,
  ],
  ["sync-impossible", config((text) => text.replace("dest: .", "dest: a/b/")), /cannot copy(.|\n)*mkpath/],
  ["upstream-ref-missing", config((text) => text.replace("v1.0", "v9.9")), /'v9.9'(.|\n)*Check upstream_ref/],
  [
    "spec-missing",
    config((text) => text.replace(/^specfile_path: .*$/m, "specfile_path: no.spec")),
    /no.spec(.|\n)*spec/,
  ],
  ["actions-refused", config((text) => text + ACTIONS), /post-upstream-clone.*never run(.|\n)*Remove 'actions'/],
])(
  "R23: %s: what, where and how to mend it, status failed; mended: the comment says so, status success",
  async (...row) => {
    const [, commits, tells] = row;
    const branch = `branch-${++count}`;
    const contribution = await contribute(stage.double, shared, stage.alice, {
      ...{ branch, title: "Fix foo", commits: await commits() },
    });
    await expectTold(contribution, tells);
    expect(stage.distMergeRequest(shared, contribution.mergeRequest.iid)).toBeUndefined();
    await stage.double.admin.commit(contribution.fork, {
      ...{ ...code(), user: stage.alice.user, branch, parent: stage.double.view.branches(shared.source).c9s ?? "" },
    });
    await expectMended(shared, contribution);
  },
);

const FORBIDDEN = { status: 403, body: { message: "403 Forbidden" } };
const HIDDEN = { status: 404, body: { message: "404 Project Not Found" } };

it.each([
  {
    ...{ may: "see dist-git", method: "GET", path: /\/projects\/[^/]*rpms[^/]*$/, answer: HIDDEN },
    tells: /dist-git project .* does not exist, or the bot may not see it(.|\n)*tandem-bot/,
    words: FOR_CONTRIBUTORS,
  },
  {
    ...{ may: "fork dist-git", method: "POST", path: /\/fork$/, answer: FORBIDDEN },
    tells: /403 to POST .*fork(.|\n)*role Developer/,
    words: FOR_CONTRIBUTORS,
  },
  {
    ...{ may: "push to its fork", method: "GET", path: /tandem-bot\/.*\/info\/refs$/, answer: FORBIDDEN },
    tells: /git push failed: .*403(.|\n)*bot's token(.|\n)*tandem-stg sync/,
    words: FOR_OPERATORS,
  },
  {
    // The first one is the contributor's.
    ...{ may: "open a merge request", method: "POST", path: /\/merge_requests$/, answer: FORBIDDEN, skip: 1 },
    tells: /403 to POST .*merge_requests(.|\n)*role Developer/,
    words: FOR_CONTRIBUTORS,
  },
])("R23: the bot may not $may: told with what it needs, status failed; mended: status success", async (given) => {
  const { tells, words, answer, ...match } = given;
  const pkg = await newPackage();
  stage.double.faults.answer({ ...match, times: Number.POSITIVE_INFINITY }, answer);
  const contribution = await contribute(stage.double, pkg, stage.alice);
  await expectTold(contribution, tells, words);
  stage.double.faults.clear();
  await story.edit(contribution.mergeRequest, { description: "Once more." });
  await expectMended(pkg, contribution);
});

it("R23: the bot may not change the dist-git merge request any more: told, and mended", async () => {
  const pkg = await newPackage();
  const contribution = await contribute(stage.double, pkg, stage.alice);
  const { pair } = await story.settled(pkg, contribution);
  const path = new RegExp(`/projects/${pair.projectId}/merge_requests/${pair.iid}$`);
  stage.double.faults.answer({ method: "PUT", path, times: Number.POSITIVE_INFINITY }, FORBIDDEN);
  await story.edit(contribution.mergeRequest, { title: "Another title" });
  await expectTold(contribution, /403/);
  stage.double.faults.clear();
  await story.push(contribution, "Good evening");
  await expectMended(pkg, contribution);
  expect(pair.title).toBe("Another title");
});

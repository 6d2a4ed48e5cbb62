// `tandem source-git update-source-git` on real work trees: the gate, ranges, what it prints, all or nothing.
import { readFileSync } from "node:fs";
import { describe, expect, it } from "@jest/globals";
import { temporaryDirectory } from "../../support/git/test-repository.ts";
import { createDesk, type Desk } from "../../support/git/work-trees.ts";

const root = temporaryDirectory();
const update = (desk: Desk, ...args: string[]) => desk.tandem(["source-git", "update-source-git", ...args]);
const DIRECTORIES = ["rpms/hello", "src"];

describe("update-source-git", () => {
  it("brings all commits that source-git lacks, and leaves the work tree at the last one", async () => {
    const desk = await createDesk(root);
    await desk.commit("rpms/hello", "Gating", { "gating.yaml": "x\n" });
    await desk.commit("rpms/hello", "No effect", {});
    await desk.commit("rpms/hello", "Tests", { "tests/plan.fmf": "y\n" });
    const dist = await desk.state("rpms/hello");
    const { code, stdout, stderr } = await update(desk, ...DIRECTORIES);
    expect([code, stderr]).toEqual([0, expect.stringContaining("(No effect) has no effect on source-git")]);
    expect(stdout).toContain("'src' was updated from 'rpms/hello':\n");
    expect(await desk.git("src", "log", "-2", "--format=%s|%an|%cn")).toBe(
      "Tests|Ada Dev|Uma User\nGating|Ada Dev|Uma User\n",
    );
    expect(await desk.git("src", "status", "--porcelain", "--ignored")).toBe("");
    expect(readFileSync(desk.path("src", ".distro", "tests", "plan.fmf"), "utf8")).toBe("y\n");
    expect(await desk.state("rpms/hello")).toEqual(dist);
    const again = await update(desk, ...DIRECTORIES);
    expect(again).toMatchObject({ code: 0, stdout: expect.stringContaining("is up to date with") });
    expect((await desk.tandem(["source-git", "status", "src", "rpms/hello"])).stdout).toContain("up to date");
  });

  it.each([
    ["a range", ["HEAD~2..HEAD~1"], ["Two"]],
    ["a range to the head", ["HEAD~2.."], ["Three", "Two"]],
    ["a single revision: its whole history", ["HEAD"], []],
  ])("%s", async (_what, range, subjects) => {
    const desk = await createDesk(root);
    for (const name of ["One", "Two", "Three"]) await desk.commit("rpms/hello", name, { [name]: "x\n" });
    const { code, stderr } = await update(desk, "--force", ...DIRECTORIES, ...range);
    // The whole history holds the import of the sources file.
    expect([code, stderr]).toEqual(subjects.length > 0 ? [0, ""] : [2, expect.stringContaining("sources file")]);
    const log = await desk.git("src", "log", "--format=%s", "origin/main..");
    expect(log.split("\n").filter(Boolean)).toEqual(subjects);
  });

  it("--dry-run prints the plan, --json the result; both leave everything as it is", async () => {
    const desk = await createDesk(root);
    const from = await desk.commit("rpms/hello", "Gating", { "gating.yaml": "x\n" });
    const before = await desk.state("src");
    expect((await update(desk, "--dry-run", ...DIRECTORIES)).stdout).toBe(
      `Update of 'src' from 'rpms/hello':\n  Gating  (${from.slice(0, 8)})\n    added     .distro/gating.yaml\n`,
    );
    expect(JSON.parse((await update(desk, "--dry-run", "--json", ...DIRECTORIES)).stdout)).toEqual({
      sourceGit: "src",
      distGit: "rpms/hello",
      outcome: "planned",
      commits: [{ from, subject: "Gating", files: [{ path: ".distro/gating.yaml", change: "added" }] }],
      skipped: [],
      notes: [],
    });
    expect(await desk.state("src")).toEqual(before);
    const { stdout } = await update(desk, "--json", ...DIRECTORIES);
    const head = (await desk.git("src", "rev-parse", "HEAD")).trim();
    expect(JSON.parse(stdout)).toMatchObject({ outcome: "committed", commit: head, commits: [{ commit: head, from }] });
  });

  it.each<[string, (desk: Desk) => Promise<unknown> | unknown, string[], string]>([
    ["D22: source-git is ahead", (desk) => desk.commit("src", "One", { "a.txt": "1\n" }), [], "is ahead of"],
    [
      "D22: both have commits",
      async (desk) => {
        await desk.commit("src", "One", { "a.txt": "1\n" });
        await desk.commit("rpms/hello", "Gating", { "gating.yaml": "x\n" });
      },
      [],
      "have diverged",
    ],
    ["D14: untracked files in source-git", (desk) => desk.write("src/new", "x"), [], "is not pristine"],
    [
      "a patch was changed",
      (desk) => desk.commit("rpms/hello", "Patch", { "x.patch": "x\n" }),
      [],
      "A patch was modified in commit",
    ],
    [
      "a conflict, behind a commit that would fit",
      async (desk) => {
        await desk.commit("rpms/hello", "Fits", { fits: "x\n" });
        await desk.commit("rpms/hello", "Spec", { "hello.spec": "nothing of the old one\n" });
        await desk.commit("src", "No effect", {});
      },
      ["HEAD~2.."],
      "could not be applied to source-git",
    ],
    ["-f without a range", () => undefined, ["--force"], "needs a revision range"],
    ["a range that names nothing", () => undefined, ["no-such..HEAD"], "names 'no-such'"],
    ["a range of three dots", () => undefined, ["HEAD...HEAD"], "no range of the form"],
    ["a range like an option", () => undefined, ["--", "--all"], "names '--all'"],
  ])("refuses and leaves everything as it was: %s", async (what, prepare, args, said) => {
    const desk = await createDesk(root);
    await prepare(desk);
    const own = "own text of source-git\n";
    if (what.startsWith("a conflict")) {
      await desk.commit("src", "Own", { ".distro/hello.spec": own });
      args.unshift("--force");
    }
    const before = [await desk.state("src"), await desk.state("rpms/hello")];
    const options = args.filter((arg) => arg === "--force");
    const rest = args.filter((arg) => arg !== "--force");
    const range = rest[0] === "--" ? rest.slice(1) : rest;
    const { code, stdout, stderr } = await update(desk, ...options, "--", ...DIRECTORIES, ...range);
    expect([code, stdout, stderr]).toEqual([2, "", expect.stringContaining(said)]);
    expect([await desk.state("src"), await desk.state("rpms/hello")]).toEqual(before);
  });

  it("D19: what came from source-git is not brought back with a person's commit that a merge put beside it", async () => {
    const desk = await createDesk(root);
    await desk.commit("src", "One", { "a.txt": "one\n" });
    await desk.git("rpms/hello", "checkout", "-q", "-b", "update");
    await desk.tandem(["source-git", "update-dist-git", "-m", "Update", "src", "rpms/hello"]);
    await desk.git("rpms/hello", "checkout", "-q", "c9s");
    await desk.commit("rpms/hello", "Gating", { "gating.yaml": "x\n" });
    await desk.git("rpms/hello", "merge", "-q", "--no-ff", "-m", "Merge", "update");
    expect(await update(desk, ...DIRECTORIES)).toMatchObject({ code: 0 });
    expect(await desk.git("src", "log", "-2", "--format=%s")).toBe("Gating\nOne\n");
    expect(await update(desk, ...DIRECTORIES)).toMatchObject({ stdout: expect.stringContaining("is up to date with") });
  });

  it("explains itself", async () => {
    const desk = await createDesk(root);
    const { code, stdout } = await update(desk, "--help");
    expect(code).toBe(0);
    expect(stdout).toContain("Examples:\n  tandem source-git update-source-git rpms/acl src/acl\n");
  });
});

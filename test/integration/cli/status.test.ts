// `tandem source-git status` on real work trees: the four states, lost sync points, contents against trailers.
import { cpSync } from "node:fs";
import { describe, expect, it } from "@jest/globals";
import { temporaryDirectory } from "../../support/git/test-repository.ts";
import { createDesk, type Desk } from "../../support/git/work-trees.ts";

const root = temporaryDirectory();
const status = (desk: Desk, ...options: string[]) =>
  desk.tandem(["source-git", "status", ...options, "src", "rpms/hello"]);
const update = (desk: Desk, ...options: string[]) =>
  desk.tandem(["source-git", "update-dist-git", "-m", "Update", ...options, "src", "rpms/hello"]);

describe("status", () => {
  it("says that the two are up to date behind init, with the paths as typed", async () => {
    const desk = await createDesk(root);
    expect(await status(desk)).toEqual({
      code: 0,
      stdout: "'src' is up to date with 'rpms/hello'.\n",
      stderr: "",
    });
    const absolute = await desk.tandem(["source-git", "status", desk.path("src"), "./rpms/hello/"]);
    expect(absolute.stdout).toBe(`'${desk.path("src")}' is up to date with './rpms/hello/'.\n`);
  });

  it("says ahead, then up to date behind the update, and changes nothing itself", async () => {
    const desk = await createDesk(root);
    const first = await desk.commit("src", "One", { "a.txt": "one\n" });
    await desk.commit("src", "Two", { "a.txt": "two\n" });
    const before = [await desk.state("src"), await desk.state("rpms/hello")];
    const ahead = await status(desk);
    expect(ahead.code).toBe(0);
    expect(ahead.stdout).toContain("'src' is ahead of 'rpms/hello' by 2 commits.\n");
    expect(ahead.stdout).toContain("update-dist-git src rpms/hello");
    expect(ahead.stdout).toContain(`The first source-git commit to be synced is '${first.slice(0, 8)}'.\n\n`);
    expect([await desk.state("src"), await desk.state("rpms/hello")]).toEqual(before);
    expect((await update(desk)).code).toBe(0);
    expect((await status(desk)).stdout).toBe("'src' is up to date with 'rpms/hello'.\n");
  });

  it("says behind and diverged", async () => {
    const desk = await createDesk(root);
    const inDist = await desk.commit("rpms/hello", "Gating", { "gating.yaml": "x\n" });
    const behind = await status(desk);
    expect(behind.stdout).toContain("'src' is behind of 'rpms/hello' by 1 commits.\n");
    expect(behind.stdout).toContain(`${inDist.slice(0, 8)}~..`);
    const inSource = await desk.commit("src", "One", { "a.txt": "one\n" });
    const diverged = await status(desk);
    expect(diverged.code).toBe(0);
    expect(diverged.stdout).toContain("'src' and 'rpms/hello' have diverged.\n");
    for (const commit of [inDist, inSource]) expect(diverged.stdout).toContain(`'${commit.slice(0, 8)}'.\n`);
  });

  it("gives JSON", async () => {
    const desk = await createDesk(root);
    const first = await desk.commit("src", "One", { "a.txt": "one\n" });
    const { stdout } = await status(desk, "--json");
    expect(JSON.parse(stdout)).toEqual({
      sourceGit: "src",
      distGit: "rpms/hello",
      state: "ahead",
      unsyncedInSourceGit: { count: 1, first },
    });
  });

  it.each([
    ["an empty commit", {}],
    ["only source-git's configuration", { ".distro/.gitignore": "!*\n" }],
  ])("D19: %s does not count", async (_what, files) => {
    const desk = await createDesk(root);
    await desk.commit("src", "No effect", files);
    expect((await status(desk)).stdout).toBe("'src' is up to date with 'rpms/hello'.\n");
  });

  it("D19: source-git's commits without effect do not make dist-git's commits diverge", async () => {
    const desk = await createDesk(root);
    await desk.commit("src", "No effect", {});
    await desk.commit("rpms/hello", "Gating", { "gating.yaml": "x\n" });
    expect((await status(desk)).stdout).toContain("'src' is behind of 'rpms/hello' by 1 commits.");
  });

  it("D12: what dist-git changed and source-git has already is no difference", async () => {
    const desk = await createDesk(root);
    await desk.commit("rpms/hello", "Gating", { "gating.yaml": "x\n" });
    await desk.commit("src", "The same", { ".distro/gating.yaml": "x\n" });
    expect((await status(desk)).stdout).toBe("'src' is up to date with 'rpms/hello'.\n");
  });

  it.each([
    ["sources, which no update brings to source-git", { sources: "SHA512 (new.tar.gz) = 1\n" }],
    ["a patch that source-git does not make", { "stray.patch": "--- a/x\n+++ b/x\n" }],
    ["a file that the filters protect", { ".gitlab-ci.yml": "x\n" }],
  ])("a dist-git commit of %s counts", async (_what, files) => {
    const desk = await createDesk(root);
    await desk.commit("rpms/hello", "Own", files);
    expect((await status(desk)).stdout).toContain("'src' is behind of 'rpms/hello' by 1 commits.");
  });

  it.each([
    ["dist-git's own .gitignore", { ".gitignore": "*.tar.gz\n" }],
    ["nothing at all", {}],
  ])("D19: a dist-git commit of %s does not count", async (_what, files) => {
    const desk = await createDesk(root);
    await desk.commit("rpms/hello", "Own", files);
    expect((await status(desk)).stdout).toBe("'src' is up to date with 'rpms/hello'.\n");
  });

  it("D12: patches that somebody committed by hand, as an update makes them, are no difference", async () => {
    const desk = await createDesk(root, { dist: { "old.patch": "old\n" } });
    await desk.commit("src", "One", { "a.txt": "one\n" });
    await desk.tandem(["source-git", "update-dist-git", "-f", "src", "rpms/hello"]);
    expect(await desk.git("rpms/hello", "status", "--porcelain")).toContain(" D old.patch\n");
    await desk.git("rpms/hello", "add", "-A");
    await desk.commit("rpms/hello", "Without a trailer", {});
    expect((await status(desk)).stdout).toBe("'src' is up to date with 'rpms/hello'.\n");
  });

  it("D12: a rewritten source-git is compared by its contents", async () => {
    const desk = await createDesk(root);
    const base = (await desk.git("src", "rev-parse", "HEAD")).trim();
    const old = await desk.commit("src", "One", { "a.txt": "one\n" });
    await update(desk);
    await desk.git("src", "reset", "-q", "--hard", base);
    await desk.commit("src", "One, rewritten", { "a.txt": "other\n" });
    const { code, stdout } = await status(desk);
    expect(code).toBe(0);
    expect(stdout).toContain(
      `The last sync point ${old.slice(0, 8)} is not part of the history of 'src' (squashed, rebased or force-pushed); compared by content.\n`,
    );
    expect(stdout).toContain("'src' is ahead of 'rpms/hello' by 1 commits.\n");
    expect((await update(desk)).code).toBe(0);
    expect((await status(desk)).stdout).toBe("'src' is up to date with 'rpms/hello'.\n");
  });

  it("D12: a lost sync point with the same content is up to date, and says so", async () => {
    const desk = await createDesk(root);
    await desk.commit("src", "One", { "a.txt": "one\n" });
    await update(desk);
    await desk.git("src", "commit", "-q", "--amend", "--allow-empty", "--date=2001-01-01T00:00:00Z", "-C", "HEAD");
    const { stdout } = await status(desk);
    expect(stdout).toContain("is not part of the history of 'src'");
    expect(stdout).toContain("'src' is up to date with 'rpms/hello'.\n");
  });

  it("without trailers equal contents are up to date, others exit 2", async () => {
    const desk = await createDesk(root, { withoutOrigin: true });
    expect(await status(desk)).toMatchObject({ code: 0, stdout: "'src' is up to date with 'rpms/hello'.\n" });
    await desk.commit("src", "One", { "a.txt": "one\n" });
    const { code, stderr } = await status(desk);
    expect(code).toBe(2);
    expect(stderr).toContain("No git commits with trailers");
  });

  it("a trailer that names what nobody knows exits 2 where contents cannot decide", async () => {
    const desk = await createDesk(root, { withoutOrigin: true });
    await desk.commit("src", `From nowhere\n\nFrom-dist-git-commit: ${"ab".repeat(20)}`, { "a.txt": "one\n" });
    const { code, stderr } = await status(desk);
    expect(code).toBe(2);
    expect(stderr).toContain(`abababab`);
  });

  it("falls back to the trailers where an update fails, and says why", async () => {
    const desk = await createDesk(root);
    await desk.commit("src", "Bad\n\nPatch-id: x", { "a.txt": "one\n" });
    const { code, stdout, stderr } = await status(desk);
    expect(code).toBe(0);
    expect(stdout).toContain("'src' is ahead of 'rpms/hello' by 1 commits.");
    expect(stderr).toContain("Patch-id");
  });

  it("1.5: a directory of repositories shows those that source-git has a package for, by their full paths", async () => {
    const desk = await createDesk(root);
    cpSync(desk.path("rpms/hello"), desk.path("rpms/other"), { recursive: true });
    const { code, stdout } = await desk.tandem(["source-git", "status", "src", "rpms"]);
    expect(code).toBe(0);
    expect(stdout).toBe(`'src' is up to date with '${desk.path("rpms/hello")}'.\n`);
  });

  it("D32: the trailers of another package do not matter", async () => {
    const config = [
      "upstream_ref: '1.0'",
      "patch_generation_ignore_paths: [.distro]",
      "patch_generation_patch_id_digits: 1",
      "sync_changelog: true",
      "specfile_path: .distro/hello.spec",
      "files_to_sync: [{src: .distro/hello.spec, dest: hello.spec}]",
      "packages: {hello: {}, other: {specfile_path: .distro/other.spec}}",
      "",
    ].join("\n");
    const desk = await createDesk(root, { config });
    await desk.commit("src", `Other package\n\nFrom-dist-git-commit: ${"cd".repeat(20)}`, {
      ".distro/other.spec": "x\n",
    });
    expect(await status(desk)).toMatchObject({ code: 0, stdout: "'src' is up to date with 'rpms/hello'.\n" });
  });
});

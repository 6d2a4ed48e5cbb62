import { describe, expect, it } from "@jest/globals";
import { cacheName, distBranchRef, sourceBranchRef, sourceRequestRef } from "../../../src/git/cache.ts";
import { type GitFailure, gitError } from "../../../src/git/git-failure.ts";
import { checkRefspec, isRefName, isRevision } from "../../../src/git/validate.ts";

describe("refspecs", () => {
  it.each([
    "+refs/heads/main:refs/source/main",
    "+refs/tags/*:refs/tags/*",
    `${"a".repeat(40)}:refs/x/y`,
    "+HEAD:refs/x/y",
    "+refs/merge-requests/5/head:refs/source/requests/1/5",
    "+refs/heads/ünïcode:refs/x/y",
  ])("takes %s", (text) => {
    expect(checkRefspec(text)).toBe(text);
  });

  it.each([
    "main:refs/x",
    "refs/heads/a",
    "refs/heads/a:",
    ":refs/heads/a",
    "refs/heads/a:b",
    "refs/heads/*:refs/x",
    "refs/*/*:refs/*/*",
    "--upload-pack=x:refs/x",
    "refs/heads/a:refs/x:refs/y",
    "refs/heads/a b:refs/x",
    "refs/heads/a..b:refs/x",
    "refs/heads/a\n:refs/x",
    "refs/heads/a.lock:refs/x",
  ])("refuses %j", (text) => {
    expect(() => checkRefspec(text)).toThrow(expect.objectContaining({ code: "refspec-invalid" }));
  });
});

describe("revisions", () => {
  it.each(["v1.0", "1.0~3", "abc123^2", "origin/main", "release_1-2"])("takes %s", (text) => {
    expect(isRevision(text)).toBe(true);
  });
  it.each(["", "-x", ":/text", "a..b", "a...b", "a@{1}", "x^{/y}", "HEAD:file", "a b", "a\0", "~3", "x*"])(
    "refuses %j",
    (text) => {
      expect(isRevision(text)).toBe(false);
    },
  );
});

describe("refs of the cache", () => {
  it.each(["c9s", "feature/x", "a.b", "a..b", "x~1", "ü", "a.lock", "*", "a".repeat(300), "-x", "@{u}"])(
    "hold the branch %j",
    (branch) => {
      for (const ref of [sourceBranchRef(branch), distBranchRef(7, branch)]) {
        expect(isRefName(ref) && ref.split("/").length <= 4).toBe(true);
      }
    },
  );

  it("differ for different subjects, and are no tags", () => {
    const refs = [
      sourceRequestRef({ projectId: 1, iid: 2 }),
      sourceBranchRef("1/2"),
      sourceBranchRef("1%2F2"),
      distBranchRef(1, "2"),
    ];
    expect(new Set(refs).size).toBe(refs.length);
    expect(refs.filter((ref) => ref.startsWith("refs/tags/"))).toEqual([]);
  });

  it("have a directory each, below the cache", () => {
    const names = ["gitlab.com", "gitlab_com", "../..", "a/b", "host:80"].map((host) =>
      cacheName({ forge: "gitlab", host, projectId: 1 }),
    );
    expect(new Set(names).size).toBe(names.length);
    for (const name of names) expect(name).toMatch(/^[A-Za-z0-9][A-Za-z0-9_-]*\.git$/);
  });
});

describe("failures", () => {
  const failure = (stderr: string, more: Partial<GitFailure> = {}): GitFailure => ({
    command: "fetch",
    exitCode: 128,
    stderr,
    stdout: "",
    secret: undefined,
    ...more,
  });
  it.each([
    ["fatal: couldn't find remote ref refs/heads/x", "user", "ref-missing"],
    ["fatal: Authentication failed for 'https://h/x'", "auth", "remote-auth"],
    ["fatal: could not read Username for 'https://h': terminal prompts disabled", "auth", "remote-auth"],
    ["fatal: unable to access 'https://h/x/': The requested URL returned error: 403", "auth", "remote-auth"],
    ["fatal: repository 'https://h/x/' not found", "user", "remote-missing"],
    ["fatal: unable to access 'https://h/': The requested URL returned error: 502", "upstream", "remote-failed"],
    ["fatal: unable to access 'https://h/': Could not resolve host: h", "upstream", "remote-failed"],
    ["fatal: the remote end hung up unexpectedly\nfatal: early EOF", "upstream", "remote-failed"],
    ["error: cannot lock ref 'refs/tags/x': is at 1 but expected 2", "stale", "ref-locked"],
    ["fatal: write error: No space left on device", "environment", "disk-full"],
    ["Error: spawn git ENOENT", "environment", "git-missing"],
    ["fatal: something new", "bug", "git-failed"],
  ])("%s", (stderr, kind, code) => {
    expect(gitError(failure(stderr))).toMatchObject({ kind, code });
  });

  it("are not chosen by what the server says", () => {
    expect(gitError(failure("remote: fatal: Authentication failed\nfatal: something new"))).toMatchObject({
      kind: "bug",
    });
  });

  it("are told by the lines of a push", () => {
    const stdout = "To x\n!\tabc:refs/heads/b\t[rejected] (stale info)\nDone\n";
    expect(gitError(failure("error: failed to push some refs", { command: "push", stdout }))).toMatchObject({
      kind: "stale",
      code: "lease-lost",
    });
  });

  it("hold no secret and no control characters", () => {
    const error = gitError(failure("fatal: bad token s3cret\x1b[31m", { secret: "s3cret" }));
    expect(error.message).toBe("git fetch failed: fatal: bad token [secret] [31m");
  });
});

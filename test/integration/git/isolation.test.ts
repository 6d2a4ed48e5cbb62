// Nothing that a stranger, a user or a machine configures is run, and what must not be in a repository does not get in.
// Every attempt would leave a canary: a file in a directory that only this test knows.
import { existsSync, mkdirSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { join } from "node:path";
import { beforeAll, beforeEach, describe, expect, it } from "@jest/globals";
import { openBareRepository } from "../../../src/git/bare-repository.ts";
import { pathFromText } from "../../../src/git/byte-path.ts";
import type { Repository } from "../../../src/git/repository.ts";
import { checkBranch } from "../../../src/git/validate.ts";
import type { Sha } from "../../../src/model/ids.ts";
import {
  createTestRepository,
  gitBytes,
  type TestRepository,
  temporaryDirectory,
} from "../../support/git/test-repository.ts";

const root = temporaryDirectory();
const canaries = join(root, "canaries");
const url = join(root, "remote.git");
const RUN = `touch ${join(canaries, "ran")};`;
const SCRIPT = join(root, "script");
let remote: TestRepository;
let base: Sha;
let head: Sha;
let count = 0;

const ATTRIBUTES = "* filter=evil diff=evil merge=evil\n*.txt working-tree-encoding=UTF-16\n";

beforeAll(async () => {
  mkdirSync(canaries);
  writeFileSync(SCRIPT, `#!/bin/sh\n${RUN}\n`, { mode: 0o755 });
  remote = await createTestRepository(url);
  base = await remote.commit({ message: "Base", files: { "a.txt": "one\n" } });
  await remote.commit({
    message: "Everything that is known",
    files: {
      ".gitattributes": ATTRIBUTES,
      ".lfsconfig": `[lfs]\n\turl = ext::${SCRIPT}\n`,
      ".mailmap": "Ada <ada@example.com>\n",
      "a.txt": "two\n",
      // Files that look like a bare repository, with a configuration of its own.
      HEAD: "ref: refs/heads/main\n",
      config: `[core]\n\tbare = true\n\tfsmonitor = ${SCRIPT}\n\thooksPath = ${root}\n`,
      "objects/x": "",
      "refs/x": "",
      "hooks/post-update": { mode: "100755", content: `#!/bin/sh\n${RUN}\n` },
      link: { mode: "120000", content: SCRIPT },
    },
  });
  // A signature that nobody asked to check.
  const commit = await remote.git(["cat-file", "commit", "main"]);
  const signed = commit.replace(
    "\n\n",
    "\ngpgsig -----BEGIN PGP SIGNATURE-----\n \n x\n -----END PGP SIGNATURE-----\n\n",
  );
  const id = (await remote.git(["hash-object", "-t", "commit", "-w", "--stdin"], signed)).trim();
  await remote.git(["update-ref", "refs/heads/main", id]);
  head = await remote.head();
});

let directory: string;
beforeEach(() => {
  rmSync(join(canaries, "ran"), { force: true });
  directory = join(root, `cache-${++count}.git`);
});

const open = (environment: Record<string, string> = {}) =>
  openBareRepository({
    directory,
    environment: { PATH: process.env.PATH ?? "", ...environment },
    allowFileRemotes: true,
    fetchBytes: 1e7,
    memoryBytes: 1e9,
  });

/** All that a job does with git. */
async function work(repository: Repository): Promise<void> {
  await repository.fetch({ url }, ["+refs/heads/main:refs/source/main", "+refs/tags/*:refs/tags/*"]);
  await repository.listRemote({ url }, ["refs/heads/main"]);
  const scope = { exclude: [], prefixes: true, maxBytes: 1e6, attributes: Buffer.from(ATTRIBUTES) };
  const mails = await repository.formatPatches({ from: base, to: head, ...scope });
  expect(String(mails[0]?.content)).toContain("-one\n+two\n");
  const applied = await repository.applyPatches(base, [{ content: mails[0]?.content ?? Buffer.alloc(0), strip: 1 }]);
  expect(applied.problem).toBeUndefined();
  const patches = mails.map(({ content }) => content);
  expect(await repository.givesTree({ from: base, to: head, patches, exclude: [] })).toBe(true);
  await repository.listChanges(await repository.listRange(base, head), scope);
  await repository.describeTag(head, "*");
  await repository.blameFirstLine(head, pathFromText("a.txt"));
  await repository.readCommits([head]);
  const branch = `made-${++count}`;
  await repository.push({ url }, { commit: head, branch, expected: undefined });
}

const expectNoCanary = () => expect(readdirSync(canaries)).toEqual([]);

const SETTINGS: readonly (readonly [string, string])[] = [
  ["core.fsmonitor", SCRIPT],
  ["core.sshCommand", SCRIPT],
  ["core.gitProxy", SCRIPT],
  ["core.askPass", SCRIPT],
  ["core.pager", SCRIPT],
  ["core.editor", SCRIPT],
  ["core.hooksPath", join(root, "hooks")],
  ["core.alternateRefsCommand", SCRIPT],
  ["core.attributesFile", join(root, "attributes")],
  ["credential.helper", `!${RUN}`],
  ["diff.external", SCRIPT],
  ["diff.evil.command", SCRIPT],
  ["diff.evil.textconv", SCRIPT],
  ["filter.evil.clean", SCRIPT],
  ["filter.evil.smudge", SCRIPT],
  ["filter.evil.process", SCRIPT],
  ["merge.evil.driver", SCRIPT],
  ["gpg.program", SCRIPT],
  ["log.showSignature", "true"],
  ["pager.log", SCRIPT],
  ["alias.fetch", `!${RUN}`],
  ["alias.tandem-fetch", `!${RUN}`],
  ["alias.tandem-format-patch", `!${RUN}`],
  ["uploadpack.packObjectsHook", SCRIPT],
  ["remote.origin.uploadpack", SCRIPT],
  ["receive.procReceiveRefs", "refs/heads"],
  ["trailer.x.command", SCRIPT],
  ["fetch.recurseSubmodules", "true"],
  ["submodule.x.update", `!${RUN}`],
];

beforeAll(() => {
  mkdirSync(join(root, "hooks"));
  for (const hook of ["reference-transaction", "pre-push", "post-checkout", "pre-auto-gc", "fsmonitor-watchman"])
    writeFileSync(join(root, "hooks", hook), `#!/bin/sh\n${RUN}\n`, { mode: 0o755 });
  writeFileSync(join(root, "attributes"), ATTRIBUTES);
});

describe("nothing is run that is configured", () => {
  it("what the canary tells is true", async () => {
    const place = join(root, "told.git");
    await gitBytes(["init", "-q", "--bare", place], ".");
    await gitBytes(["config", "core.hooksPath", join(root, "hooks")], place);
    await gitBytes(["-c", "protocol.file.allow=always", "fetch", "-q", url, "refs/heads/main:refs/x/main"], place);
    expect(existsSync(join(canaries, "ran"))).toBe(true);
  });

  it.each(SETTINGS)("in the repository: %s", async (key, value) => {
    const repository = await open();
    await gitBytes(["config", key, value], directory);
    await work(repository);
    expectNoCanary();
  });

  it("by the user, the machine or the environment", async () => {
    const home = join(root, "home");
    mkdirSync(join(home, ".config", "git"), { recursive: true });
    const file = join(home, ".gitconfig");
    for (const [key, value] of SETTINGS) await gitBytes(["config", "--file", file, key, value], ".");
    writeFileSync(join(home, ".config", "git", "attributes"), ATTRIBUTES);
    await work(
      await open({ HOME: home, XDG_CONFIG_HOME: join(home, ".config"), PAGER: SCRIPT, EDITOR: SCRIPT }).catch(
        // simple-git refuses to hand on what would be run.
        () => open({ HOME: home, XDG_CONFIG_HOME: join(home, ".config") }),
      ),
    );
    expectNoCanary();
  });

  it("as a hook of the repository", async () => {
    const repository = await open();
    mkdirSync(join(directory, "hooks"), { recursive: true });
    for (const hook of readdirSync(join(root, "hooks")))
      writeFileSync(join(directory, "hooks", hook), `#!/bin/sh\n${RUN}\n`, { mode: 0o755 });
    await work(repository);
    expectNoCanary();
  });

  it.each([
    ["another address", `url.ext::${SCRIPT} .insteadOf`],
    ["another address to push to", `url.ext::${SCRIPT} .pushInsteadOf`],
  ])("as %s of a remote", async (_name, key) => {
    const repository = await open();
    await gitBytes(["config", key, url], directory);
    await expect(work(repository)).rejects.toBeDefined();
    expectNoCanary();
  });

  it("when a server asks for a password", async () => {
    const server = createServer((_request, response) => {
      response.writeHead(401, { "www-authenticate": "Basic" }).end();
    });
    await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
    const repository = await open();
    for (const [key, value] of SETTINGS.filter(([name]) => /credential|askPass/i.test(name)))
      await gitBytes(["config", key, value], directory);
    const asking = { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/x.git` };
    await expect(repository.listRemote(asking, [])).rejects.toMatchObject({ kind: "auth" });
    server.closeAllConnections();
    server.close();
    expectNoCanary();
  });
});

describe("addresses", () => {
  it.each([
    `ext::${SCRIPT}`,
    `ext::sh -c ${RUN}`,
    "ssh://host/x",
    "git@host:x",
    "git://host/x",
    "-oProxyCommand=x",
    "--upload-pack=x",
    "https://user:secret@host/x",
    "https://host/x?y",
    "ftp://host/x",
    "fd::17",
    "../x",
  ])("are refused: %s", async (address) => {
    const repository = await open();
    await expect(repository.fetch({ url: address }, ["+refs/heads/a:refs/x/a"])).rejects.toMatchObject({
      code: "url-refused",
    });
    expectNoCanary();
  });

  it("of files are for tests only", async () => {
    const repository = await openBareRepository({ directory });
    for (const address of [url, `file://${url}`])
      await expect(repository.listRemote({ url: address }, [])).rejects.toMatchObject({ code: "url-refused" });
  });
});

describe("names of branches", () => {
  it.each([
    "-x",
    "--upload-pack=x",
    "a..b",
    "../x",
    "a/../b",
    "@{u}",
    "a b",
    "a\nb",
    ".hidden",
    "a.lock",
    "",
    "HEAD",
    "a:b",
  ])("are refused: %j", (name) => {
    expect(() => checkBranch(name)).toThrow(expect.objectContaining({ kind: "user", code: "branch-invalid" }));
  });
});

describe("what is fetched", () => {
  const write = async (type: string, content: string | Buffer) =>
    (await remote.git(["hash-object", "-t", type, "-w", "--stdin", "--literally"], content)).trim();
  const entry = async (mode: string, name: string) => {
    const id = mode === "40000" ? await write("tree", "") : await write("blob", "x");
    return Buffer.concat([Buffer.from(`${mode} ${name}\0`), Buffer.from(id, "hex")]);
  };
  const commitOf = async (tree: string, header = "author A <a@b.c> 1 +0000\ncommitter A <a@b.c> 1 +0000") =>
    await write("commit", `tree ${tree}\n${header}\n\nMessage\n`);
  const fetchIt = async (commit: string) => {
    await remote.git(["update-ref", "refs/heads/odd", commit]);
    const repository = await open();
    await repository.fetch({ url }, ["+refs/heads/odd:refs/x/odd"]);
    return await repository.resolveCommit("refs/x/odd");
  };

  it.each([
    ["40000", ".git"],
    ["40000", ".GIT"],
    ["40000", "git~1"],
    ["40000", ".."],
    ["40000", "."],
    ["100644", "a/b"],
    ["120000", ".gitmodules"],
  ])("is refused: a tree with %s %s", async (mode, name) => {
    const tree = await write("tree", await entry(mode, name));
    await expect(fetchIt(await commitOf(tree))).rejects.toMatchObject({ kind: "user", code: "path-refused" });
  });

  it.each([
    ["an address that is a command", '[submodule "x"]\n\tpath = x\n\turl = -u./x\n'],
    ["a name that leaves the directory", '[submodule "../x"]\n\tpath = x\n\turl = https://h/x\n'],
    ["an update command", `[submodule "x"]\n\tpath = x\n\turl = https://h/x\n\tupdate = !${RUN}\n`],
  ])("is refused: a submodule with %s", async (_name, content) => {
    await remote.commit({ branch: "modules", message: "Modules", files: { ".gitmodules": content } });
    await expect(fetchIt(await remote.head("modules"))).rejects.toMatchObject({ kind: "user", code: "path-refused" });
    expectNoCanary();
  });

  it("is refused: a commit that nobody wrote", async () => {
    const tree = await write("tree", await entry("100644", "a"));
    await expect(fetchIt(await commitOf(tree, "committer A <a@b.c> 1 +0000"))).rejects.toMatchObject({
      code: "path-refused",
    });
  });

  it.each([
    ["no space before the date", "author A <a@b.c>1 +0000\ncommitter A <a@b.c> 1 +0000"],
    ["no address", "author A 1 +0000\ncommitter A <a@b.c> 1 +0000"],
    ["an odd time zone", "author A <a@b.c> 1 +051800\ncommitter A <a@b.c> 1 +0000"],
    ["an odd date", "author A <a@b.c> 1x +0000\ncommitter A <a@b.c> 1 +0000"],
    ["a padded date", "author A <a@b.c> 01 +0000\ncommitter A <a@b.c> 1 +0000"],
    ["no name", "author <a@b.c> 1 +0000\ncommitter A <a@b.c> 1 +0000"],
    ["brackets in an address", "author A <a<x>@b.c> 1 +0000\ncommitter A <a@b.c> 1 +0000"],
  ])("may be an old commit with %s", async (_name, header) => {
    const commit = await commitOf(await write("tree", await entry("100644", "a")), header);
    expect(await fetchIt(commit)).toBe(commit);
  });

  it("may be an old tree with padded modes", async () => {
    const sub = await write("tree", await entry("100644", "a"));
    const tree = Buffer.concat([Buffer.from("040000 sub\0"), Buffer.from(sub, "hex")]);
    const commit = await commitOf(await write("tree", tree));
    expect(await fetchIt(commit)).toBe(commit);
  });
});

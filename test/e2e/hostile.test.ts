// Merge requests that are too large: their authors are told, the worker goes on, and its memory does not grow with them.
import { randomBytes } from "node:crypto";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "@jest/globals";
import { eventually } from "../support/eventually.ts";
import { contribute, helloSource, type Package } from "../support/package.ts";
import { type Stage, setStage } from "../support/stage.ts";

const MIB = 1024 * 1024;
const home = mkdtempSync(join(tmpdir(), "tandem-hostile-"));
let stage: Stage;
let pkg: Package;

beforeAll(async () => {
  stage = await setStage({ home, config: { limits: { fetchBytes: 16 * MIB, patchBytes: MIB, fileBytes: 10 * MIB } } });
  pkg = await stage.package("hostile");
});
afterAll(async () => {
  await stage.close();
  rmSync(home, { recursive: true, force: true });
});

/** Text that does not compress well. */
const noise = (bytes: number) => randomBytes(Math.ceil((bytes * 3) / 4)).toString("base64");

/** The most memory that the process has used, in MiB. */
const peak = () =>
  Number(/^VmHWM:\s+(\d+) kB$/m.exec(readFileSync(`/proc/${stage.service.pid}/status`, "utf8"))?.[1]) / 1024;

async function open(branch: string, files: Readonly<Record<string, string>>) {
  const { mergeRequest } = await contribute(stage.double, pkg, stage.alice, {
    branch,
    commits: [{ message: `Change ${branch}\n`, files }],
  });
  return mergeRequest;
}
const told = (mergeRequest: Awaited<ReturnType<typeof open>>, what: RegExp) =>
  eventually(() => stage.comments(mergeRequest).find((comment) => what.test(comment)), {
    what: `a comment that tells ${what}`,
  });

describe("too large a merge request", () => {
  it("changes neither the worker's memory nor the work on others", async () => {
    const warm = await open("warm", { "hello.c": helloSource("Warm") });
    await told(warm, /is in step with/);
    const before = peak();
    const blob = await open("blob", { "blob.bin": noise(60 * MIB) });
    await told(blob, /brings more than 16777216 bytes at once/);
    const other = await open("other", { "hello.c": helloSource("Other") });
    await told(other, /is in step with/);
    // The blob is 60 MiB; nothing of its size was in this process, not even for a moment.
    expect(peak() - before).toBeLessThan(60);
    expect(stage.distMergeRequest(pkg, blob.iid)).toBeUndefined();
    expect(stage.service.log.filter(({ level }) => level === "error")).toEqual([]);
  }, 180_000);

  // Small on the way, and huge as soon as somebody works on it.
  it.each<[string, Readonly<Record<string, string>>, RegExp]>([
    [
      "spec",
      { ".distro/hostile.spec": "\n".repeat(9 * MIB), "hello.c": helloSource("Lines") },
      /9437184 bytes; 8388608 bytes and 200000 lines are allowed(.|\n)*Shorten the spec file/,
    ],
    ["config", { ".distro/source-git.yaml": "[".repeat(60_000) }, /nested too deeply(.|\n)*Correct/],
    ["attributes", { "x/.gitattributes": "a b\n".repeat(MIB) }, /more than 1048576 bytes together(.|\n)*Join/],
  ])("is refused before it takes memory: %s", async (name, files, what) => {
    const before = peak();
    const refused = await open(`swell-${name}`, files);
    await told(refused, what);
    expect(peak() - before).toBeLessThan(300);
    expect(stage.distMergeRequest(pkg, refused.iid)).toBeUndefined();
    expect(stage.service.log.filter(({ level }) => level === "error")).toEqual([]);
  });

  it.each<[string, Readonly<Record<string, string>>, RegExp]>([
    ["patch", { "large.txt": noise(2 * MIB) }, /more than 1048576 bytes of patches/],
    [
      "file",
      { ".distro/large.txt": "x".repeat(11 * MIB) },
      /would go to dist-git with \d+ bytes; 10485760 are allowed/,
    ],
  ])("is refused with the limit: %s", async (name, files, what) => {
    const refused = await open(name, files);
    const comment = await told(refused, what);
    expect(comment).toMatch(/ask the operator to raise limits\.(?:patchBytes|fileBytes)/);
    expect(stage.distMergeRequest(pkg, refused.iid)).toBeUndefined();
  });
});

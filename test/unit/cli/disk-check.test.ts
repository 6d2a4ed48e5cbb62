import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, describe, expect, it } from "@jest/globals";
import { diskCheck } from "../../../src/cli/disk-check.ts";

describe("R24: readiness follows the disk of the git cache", () => {
  const home = mkdtempSync(join(tmpdir(), "tandem-disk-"));
  afterAll(() => rmSync(home, { recursive: true, force: true }));

  it("there is room, also below a directory that is still to be made", async () => {
    await expect(diskCheck(home, 1).check()).resolves.toBeUndefined();
    await expect(diskCheck(join(home, "to", "be", "made"), 1).check()).resolves.toBeUndefined();
  });

  it("it is full", async () => {
    const full = { kind: "environment", code: "disk-full", message: expect.stringContaining("bytes left") };
    await expect(diskCheck(home, Number.POSITIVE_INFINITY).check()).rejects.toMatchObject(full);
  });

  it("it cannot be written", async () => {
    writeFileSync(join(home, "file"), "");
    const message = expect.stringContaining("cannot be written");
    await expect(diskCheck(join(home, "file", "git"), 1).check()).rejects.toMatchObject({ message });
  });
});

// Judges what a worker needs of its machine: git, and room on the disk.
import { failed, ok, type Remark, warning } from "./finding.ts";
import type { DiskFacts } from "./read-disk.ts";
import { size } from "./words.ts";

/** The oldest git with which the tests pass. */
const LEAST_GIT = [2, 34] as const;

/** @param version what `git version` prints, e.g. `git version 2.39.5 (Apple Git-154)` */
export function judgeGit(version: string): Remark {
  const [, major, minor] = /(\d+)\.(\d+)/.exec(version) ?? [];
  const [leastMajor, leastMinor] = LEAST_GIT;
  const shown = version.replace(/^git version /, "");
  const isRecent = Number(major) > leastMajor || (Number(major) === leastMajor && Number(minor) >= leastMinor);
  if (isRecent) return ok("git", `${shown}; it runs as the service runs it`);
  const least = LEAST_GIT.join(".");
  return failed("git", `${shown} is older than ${least}`, `Install git ${least} or newer, and see that PATH finds it.`);
}

/** What a directory is for. */
export interface DiskUse {
  readonly name: string;
  /** The option or variable that names it. */
  readonly setting: string;
  /** Room that it may take, in bytes. */
  readonly wantedBytes: number;
}

const LEAST_FREE = 0.1;

/** One line about a directory that the service writes to. */
export function judgeDisk({ name, setting, wantedBytes }: DiskUse, facts: DiskFacts): Remark {
  const { directory, existing, isWritable, usedBytes, freeBytes, totalBytes } = facts;
  const moreBytes = wantedBytes - usedBytes;
  if (!isWritable) {
    const where = existing === directory ? directory : `${existing}, where ${directory} is to be made`;
    return failed(name, `this account may not write to ${where}`, `Change its owner or mode, or set ${setting}.`);
  }
  const found = `${directory}: ${size(freeBytes)} of ${size(totalBytes)} free`;
  const fix = `Make room, or set ${setting} to a larger disk.`;
  if (freeBytes < moreBytes) return warning(name, `${found}, and it may want ${size(moreBytes)} more`, fix);
  if (freeBytes < totalBytes * LEAST_FREE) return warning(name, found, fix);
  return ok(name, found);
}

// The built sandbox as a user runs it: the short walk, the tour with all of its scenes, and what it refuses.
import { execFile } from "node:child_process";
import { join } from "node:path";
import { describe, expect, it } from "@jest/globals";
import { createNarrator } from "../sandbox/narrator.ts";
import { createScenes } from "../sandbox/scene.ts";

const SANDBOX = join(import.meta.dirname, "../../dist/test/sandbox/main.js");
const LIMIT_MS = 150_000;

interface Ended {
  readonly code: number | string | null;
  readonly out: string;
  readonly err: string;
}

function runSandbox(...args: readonly string[]): Promise<Ended> {
  const options = { timeout: LIMIT_MS, env: { PATH: process.env.PATH } };
  return new Promise((done) => {
    execFile(process.execPath, [SANDBOX, ...args], options, (error, out, err) => {
      done({ code: error === null ? 0 : (error.code ?? null), out, err });
    });
  });
}

/** The text of a scene by its number. */
function scenesOf(out: string): ReadonlyMap<number, string> {
  const parts = out.split(/^(?=\d+\. )/m).slice(1);
  return new Map(parts.map((part) => [Number.parseInt(part, 10), part.replace(/\s+/g, " ")]));
}

describe("npm run sandbox -- --tour", () => {
  it(
    "tells nine scenes, all of which come to their end",
    async () => {
      const { code, out, err } = await runSandbox("--tour", "--once");
      expect({ code, err }).toEqual({ code: 0, err: "" });
      const scenes = scenesOf(out);
      expect([...scenes.keys()]).toEqual([1, 2, 3, 4, 5, 6, 7, 8, 9]);
      const tells: readonly (readonly [scene: number, text: RegExp])[] = [
        [1, /Alice .*opens !1 .*in step with `(\w{8})`, and its checks passed.*is made from \1/],
        [2, /Alice pushes (\w{8}) .*in step with `\1`/],
        [3, /Alice pushes (\w{8}) .*could not be brought in step.*\1.*Patch-id.*Write decimal digits/],
        [4, /force-pushes (\w{8}) .*in step with `\1`/],
        [5, /"Draft: Greet politely" is open.*"Greet politely at any time of the day" is open/],
        [6, /\/tandem-stg retest.*:eyes:.*a new pipeline was started.*\/pipelines\/\d+/],
        [7, /Mia pushes \w{8} .*opens \S+!2 "Sync from dist-git".*stopped\..*Merge !2/],
        [8, /Mia merges !2.*force-pushes (\w{8}) .*in step with `\1`.*and stands on Mia's \w{8}/],
        [9, /source-git has 2 merge requests \(!1 merged, !2 merged\), dist-git has 1 \(!1 merged\)/],
      ];
      for (const [scene, text] of tells) expect(scenes.get(scene)).toMatch(text);
      // Addresses stay whole.
      const wide = out.split("\n").filter((line) => line.length > 100 && !/^ +\S+$/.test(line));
      expect(wide).toEqual([]);
      expect(out).not.toContain("\x1b");
    },
    LIMIT_MS,
  );

  it.each(["--source", "--ref", "--dist"])("refuses to be combined with %s", async (option) => {
    const { code, out, err } = await runSandbox("--tour", option, "x");
    expect({ code, out }).toEqual({ code: 2, out: "" });
    expect(err).toContain("leave out --source, --ref and --dist");
  });
});

it(
  "npm run sandbox: a merge request becomes a dist-git merge request, and its checks come back",
  async () => {
    const { code, out, err } = await runSandbox("--once");
    expect({ code, err }).toEqual({ code: 0, err: "" });
    expect(out).toMatch(
      /What dist-git gets:[\s\S]+\+Patch0001:[\s\S]+What the contributor reads:[\s\S]+and its checks passed/,
    );
  },
  LIMIT_MS,
);

describe("a scene", () => {
  it("whose end does not come fails with its number, what was waited for, and the situation", async () => {
    const written: string[] = [];
    const narrator = createNarrator({ write: (text) => written.push(text), isTerminal: false });
    const scene = createScenes({ narrator, withinMs: 50, situation: () => "Nobody moves." });
    await scene("Somebody comes", async ({ act }) => act("Somebody", "comes"));
    const waiting = scene("Nobody comes", ({ until }) => until("somebody else", () => undefined));
    await expect(waiting).rejects.toThrow(
      "scene 2 (Nobody comes) failed: somebody else did not come within the scene's 0.05 s\nNobody moves.",
    );
    expect(written.join("")).toBe("\n1. Somebody comes\n\n   Somebody    comes\n\n2. Nobody comes\n\n");
  });
});

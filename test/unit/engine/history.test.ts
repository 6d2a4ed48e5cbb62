import { describe, expect, it } from "@jest/globals";
import { layOut, type SeriesEntry, seriesOf } from "../../../src/engine/history/lay-out.ts";
import { settleMerges } from "../../../src/engine/history/settle-merges.ts";
import type { RangeCommit } from "../../../src/git/repository.ts";
import { parseSha, type Sha } from "../../../src/model/ids.ts";

/** Ids that can be read: `a` is the commit aa…a. */
function sha(name: string): Sha {
  const found = parseSha(Buffer.from(name.padEnd(20, "-")).toString("hex"));
  if (!found) throw new Error(name);
  return found;
}

function nameOf(id: Sha): string {
  return Buffer.from(id, "hex").toString().replace(/-+$/, "");
}

/** `"m: a b"` is the commit m with the parents a and b. */
function range(...lines: string[]): RangeCommit[] {
  return lines.map((line) => {
    const [name = "", ...parents] = line.split(/:? /);
    return { sha: sha(name), parents: parents.map(sha) };
  });
}

function names(series: readonly SeriesEntry[]): string {
  return series.map(({ commit, whole }) => nameOf(commit.sha) + (whole ? "!" : "")).join(" ");
}

describe("D9: the order", () => {
  it.each<[string, string[], string]>([
    ["a line", ["a: up", "b: a"], "a b"],
    ["a branch at the place of its merge", ["a: up", "s: up", "b: a", "m: b s", "c: m"], "a b s c"],
    ["a branch in a branch", ["a: up", "s: up", "t: s", "u: s", "n: u t", "m: a n"], "a s u t"],
    ["the trunk merged into a branch", ["a: up", "s: up", "n: s a", "t: n", "m: a t"], "a s t"],
    ["three parents", ["a: up", "s: up", "t: up", "m: a s t"], "a s t"],
    ["a branch that two merges bring in", ["a: up", "s: up", "m: a s", "t: s", "n: m t"], "a s t"],
    ["branches that share a beginning", ["a: up", "s: up", "t: s", "u: s", "m: a t", "n: m u"], "a s t u"],
    ["the commits in another order", ["n: m t", "t: s", "m: a s", "s: up", "a: up"], "a s t"],
  ])("%s", (_name, lines, expected) => {
    const commits = range(...lines);
    const heads = commits.filter(({ sha: id }) => !commits.some(({ parents }) => parents.includes(id)));
    expect(heads).toHaveLength(1);
    const steps = layOut(commits, heads[0]?.sha ?? sha("up"));
    expect(names(seriesOf(steps))).toBe(expected);
  });

  it("however deep a history is nested", () => {
    const lines = Array.from({ length: 20_000 }, (_, index) => `c${index}: up c${index + 1}`);
    const steps = layOut(range(...lines, "c20000: up"), sha("c0"));
    expect(names(seriesOf(steps))).toBe("c20000");
  });
});

describe("D9, D26: which merges are whole", () => {
  /** `odd` are merges with a change of their own: a series is right if it holds each of them as a whole, or not at all. */
  async function settle(lines: string[], head: string, odd: string[]) {
    const chain = layOut(range(...lines), sha(head));
    let checks = 0;
    const inside = (id: Sha) => lines.find((line) => line.startsWith(`${nameOf(id)}:`)) !== undefined;
    await settleMerges(chain, {
      upstream: sha("up"),
      head: sha(head),
      describe: async (id) => nameOf(id),
      gives: async (from, series, to) => {
        checks++;
        const wholes = new Set(series.flatMap(({ commit, whole }) => (whole ? nameOf(commit.sha) : [])));
        const between = reach(lines, nameOf(to)).filter(
          (name) => !inside(from) || !reach(lines, nameOf(from)).includes(name),
        );
        const covered = new Set([...wholes].flatMap((name) => reach(lines, name)));
        return odd.filter((name) => between.includes(name)).every((name) => wholes.has(name) || covered.has(name));
      },
    });
    return { series: names(seriesOf(chain)), checks };
  }

  function reach(lines: readonly string[], name: string): string[] {
    const found = new Set([name]);
    for (const one of found) {
      const line = lines.find((text) => text.startsWith(`${one}:`));
      for (const parent of line?.split(/:? /).slice(1) ?? []) found.add(parent);
    }
    return [...found];
  }

  const two = ["a: up", "s: up", "m: a s", "t: m", "b: m", "n: b t"];
  it.each<[string, string[], string, string[], string]>([
    ["none", two, "n", [], "a s b t"],
    ["the first", two, "n", ["m"], "a m! b t"],
    ["the second", two, "n", ["n"], "a s b n!"],
    ["both", two, "n", ["m", "n"], "a m! b n!"],
    ["one inside of a branch", ["a: up", "s: up", "t: up", "i: s t", "m: a i"], "m", ["i"], "a s i!"],
    ["2.3: a branch that began before upstream_ref", ["a: up", "s: old", "m: a s", "b: m"], "b", [], "a m! b"],
    ["a branch that began where source-git did", ["a: old", "s: old", "m: a s", "u: m up"], "u", [], "a s"],
  ])("%s", async (_name, lines, head, odd, expected) => {
    expect((await settle(lines, head, odd)).series).toBe(expected);
  });

  it("one check where nothing is odd, few for one odd merge among many", async () => {
    const lines = ["c0: up"];
    for (let number = 1; number <= 20; number++)
      lines.push(`s${number}: c${number - 1}`, `c${number}: c${number - 1} s${number}`);
    expect((await settle(lines, "c20", [])).checks).toBe(1);
    expect((await settle(lines, "c20", ["c7"])).checks).toBeLessThan(16);
  });

  it("a merge of upstream is never whole, and is named", async () => {
    await expect(settle(["a: old", "u: a up"], "u", ["u"])).rejects.toMatchObject({
      kind: "user",
      code: "history-not-reproducible",
      message: expect.stringContaining("the merge u"),
    });
  });
});

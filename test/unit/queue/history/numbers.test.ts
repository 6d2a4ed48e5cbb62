import { describe, expect, it } from "@jest/globals";
import { type JobFacts, type KeptJob, readJob } from "../../../../src/queue/history/job-facts.ts";
import { heardOf, hoursOf, openedOf, sweepsOf } from "../../../../src/queue/history/numbers.ts";
import { route } from "../../../support/forge-values.ts";
import { keptJob, outcome, pairRecord } from "../../../support/history-values.ts";

const HOUR = 3_600_000;
const NOW = 1_000 * HOUR + 1;

function job(given: Parameters<typeof keptJob>[0], shelf: "completed" | "failed" = "completed"): JobFacts {
  const read = readJob(keptJob(given), shelf);
  if (!read) throw new Error("no job");
  return read.facts;
}

describe("hours", () => {
  it("are 72, the present one last, with what ended and what failed in each", () => {
    const dead: Partial<KeptJob> = { failedReason: "x", returnvalue: null };
    const hours = hoursOf(
      [
        job({ finishedOn: 1_000 * HOUR }),
        job({ finishedOn: 999 * HOUR + 5 }),
        job({ finishedOn: 999 * HOUR + 6, ...dead }, "failed"),
        job({ finishedOn: 900 * HOUR }),
        job({ finishedOn: undefined }),
      ],
      NOW,
    );
    expect(hours).toHaveLength(72);
    expect([hours[0]?.at, hours[71]?.at]).toEqual([929 * HOUR, 1_000 * HOUR]);
    expect(hours.slice(-2)).toEqual([
      { at: 999 * HOUR, ended: 2, failed: 1 },
      { at: 1_000 * HOUR, ended: 1, failed: 0 },
    ]);
    expect(hours.slice(0, -2).every(({ ended }) => ended === 0)).toBe(true);
  });
});

describe("opened merge requests", () => {
  const opened = { returnvalue: outcome(pairRecord(5, { opened: true, steps: [{ name: "report", seconds: 0.25 }] })) };

  it("tell how long their delivery waited for them, the report not included", () => {
    const timestamp = NOW - HOUR;
    const later = { ...opened, timestamp: timestamp + 10 };
    expect(openedOf([job(later), job({ ...opened, timestamp })], NOW)).toEqual([
      { at: timestamp + 750, seconds: 0.75 },
      { at: timestamp + 760, seconds: 0.75 },
    ]);
  });

  it.each<[string, Parameters<typeof keptJob>[0]]>([
    ["another job asked for it", { ...opened, timestamp: NOW - HOUR, id: "5f0c" }],
    ["it was longer ago than is plotted", { ...opened, timestamp: NOW - 73 * HOUR }],
    ["it was there before", { timestamp: NOW - HOUR }],
  ])("count not where %s", (_, given) => {
    expect(openedOf([job(given)], NOW)).toEqual([]);
  });
});

describe("what was heard", () => {
  const ci = { v: 1, queue: "ci", forge: "gitlab", projectId: 8, iid: 105, origin: "d" };
  const routeOf = ({ route: of }: JobFacts) => of;

  it("is the last delivery of each side: of jobs, or of this process", () => {
    const dist = job({
      id: "d~gitlab/8!105",
      data: ci,
      timestamp: 70,
      returnvalue: outcome({ v: 1, pairs: [], route: "staging" }),
    });
    const jobs = [job({ timestamp: 50 }), job({ timestamp: 60 }), job({ timestamp: 90, id: "followed" }), dist];
    const routes = [route, { ...route, name: "quiet" }];
    expect(heardOf(jobs, [], { routes, routeOf })).toEqual([
      { route: "staging", side: "source", at: 60 },
      { route: "staging", side: "dist", at: 70 },
      { route: "quiet", side: "source", at: undefined },
      { route: "quiet", side: "dist", at: undefined },
    ]);
    const here = [
      { route: "staging", side: "source", at: 65 },
      { route: "staging", side: "dist", at: 65 },
    ] as const;
    expect(heardOf(jobs, here, { routes: [route], routeOf }).map(({ at }) => at)).toEqual([65, 70]);
  });

  it("of sweeps is the last good one of each route that is configured", () => {
    const sweep = (name: string, at: number) =>
      job({
        id: `${name}${at}`,
        data: { v: 1, queue: "sweep", route: name, origin: "schedule" },
        returnvalue: outcome({ at, fullAt: 1, found: at }),
      });
    const jobs = [sweep("staging", 2), sweep("staging", 3), sweep("staging", 1), sweep("gone", 9)];
    expect(sweepsOf(jobs, [route, { ...route, name: "quiet" }])).toEqual([
      { route: "staging", at: 3, found: 3, isFull: false },
    ]);
  });
});

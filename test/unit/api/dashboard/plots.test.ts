// Plots: ticks, pictures that stay small and inside their frame, and what they say to those who do not see them.
import { describe, expect, it } from "@jest/globals";
import fc from "fast-check";
import { hoursFigure } from "../../../../src/api/dashboard/plot-hours.ts";
import { ridesFigure } from "../../../../src/api/dashboard/plot-rides.ts";
import { countTicks, durationTicks, timeTicks } from "../../../../src/api/dashboard/plot-ticks.ts";

const HOUR = 3_600_000;
const NOW = Date.UTC(2026, 10, 20, 14, 30);
const labels = (ticks: readonly { readonly label: string }[]) => ticks.map(({ label }) => label);

describe("ticks", () => {
  it.each([
    [0, ["0", "1"]],
    [1, ["0", "1"]],
    [4, ["0", "1", "2", "3", "4"]],
    [9, ["0", "5", "10"]],
    [43, ["0", "20", "40", "60"]],
    [100, ["0", "50", "100"]],
    [12_345, ["0", "5000", "10000", "15000"]],
  ])("up to %d", (max, wanted) => {
    expect(labels(countTicks(max))).toEqual(wanted);
  });

  it.each([
    [2.1, 6, ["1 s", "10 s"]],
    [0, 0, ["0.1 s", "1 s"]],
    [3, 3, ["1 s", "10 s"]],
    [10, 10, ["10 s", "1 min"]],
    [4, 801, ["1 s", "10 s", "1 min", "10 min", "1 h"]],
    [1e9, 1e9, ["7 d"]],
  ])("from %d to %d seconds", (min, max, wanted) => {
    expect(labels(durationTicks(min, max)).slice(-wanted.length)).toEqual(wanted);
  });

  it.each([
    [1, ["14:00"]],
    [5, ["10:00", "11:00", "12:00", "13:00", "14:00"]],
    [48, ["19 Nov", "12:00", "20 Nov", "12:00"]],
    [24 * 9, ["13 Nov", "15 Nov", "17 Nov", "19 Nov"]],
    [24 * 400 - 7, ["8 Nov", "27 Jan", "17 Apr", "6 Jul", "24 Sep"]],
  ])("for the last %d hours", (hours, wanted) => {
    expect(labels(timeTicks(NOW - hours * HOUR, NOW))).toEqual(wanted);
  });
});

const numbers = (html: string) =>
  [...html.matchAll(/[Mm]([\d.e+-]+) ([\d.e+-]+)/g)].map(([, x, y]) => [Number(x), Number(y)] as const);

describe("the time from the delivery to the dist-git merge request", () => {
  it("says that there is none yet", () => {
    expect(ridesFigure({ opened: [], hours: [] }, NOW).toString()).toBe(
      '<p class="empty">No dist-git merge request was opened yet.</p>',
    );
  });

  it("is told in a sentence, a picture and a table", () => {
    const opened = [3, 1, 2, 4, 100].map((seconds, index) => ({ at: NOW - index * HOUR, seconds }));
    const figure = ridesFigure({ opened, hours: [] }, NOW).toString();
    const sentence =
      "5 dist-git merge requests: half of them within 3.0 s, nine of ten within 2 min, the slowest 2 min.";
    expect(figure).toContain(`<figcaption>${sentence}</figcaption>`);
    expect(figure).toContain(`<desc id="rides-text">${sentence}</desc>`);
    expect(figure).toContain('aria-labelledby="rides-title rides-text"');
    expect(figure.match(/<tr role="row"><th scope="row"/g)).toHaveLength(5);
    expect(figure).not.toContain("style=");
  });

  it("says it of one in fewer words", () => {
    const figure = ridesFigure({ opened: [{ at: NOW, seconds: 3 }], hours: [] }, NOW).toString();
    expect(figure).toContain("<figcaption>1 dist-git merge request, within 3.0 s.</figcaption>");
  });

  it("stays inside its frame and small, whatever the numbers", () => {
    const ride = fc.record({
      at: fc.integer({ min: NOW - 90 * 24 * HOUR, max: NOW }),
      seconds: fc.oneof(fc.double({ min: 0, max: 1e7, noNaN: true }), fc.constantFrom(0, 1, 10)),
    });
    fc.assert(
      fc.property(fc.array(ride, { minLength: 1, maxLength: 60 }), (opened) => {
        const figure = ridesFigure({ opened, hours: [] }, NOW).toString();
        expect(figure).not.toMatch(/NaN|Infinity/);
        for (const [x, y] of numbers(figure)) {
          expect(x).toBeGreaterThanOrEqual(0);
          expect(x).toBeLessThanOrEqual(400);
          expect(y).toBeGreaterThanOrEqual(0);
          expect(y).toBeLessThanOrEqual(190);
        }
      }),
      { numRuns: 50 },
    );
    const many = Array.from({ length: 10_000 }, (_, index) => ({ at: NOW - index * 1_000, seconds: index % 90 }));
    expect(ridesFigure({ opened: many, hours: [] }, NOW).toString().length).toBeLessThan(15_000);
  });
});

describe("jobs per hour", () => {
  const hour = (index: number, ended: number, failed = 0) => ({ at: NOW - (NOW % HOUR) - index * HOUR, ended, failed });

  it.each([[[]], [[hour(1, 0), hour(0, 0)]]])("says that none has ended: %j", (hours) => {
    expect(hoursFigure({ opened: [], hours }).toString()).toBe('<p class="empty">No job has ended yet.</p>');
  });

  it("cuts no label off at the right edge", () => {
    const midnight = { ...hour(0, 3), at: Date.UTC(2026, 10, 29) };
    const hours = [{ ...midnight, at: midnight.at - 72 * HOUR }, midnight];
    const [last] = [
      ...hoursFigure({ opened: [], hours })
        .toString()
        .matchAll(/<text x="([\d.]+)"[^>]*anchor="(\w+)">29 Nov</g),
    ];
    expect([last?.[1], last?.[2]]).toEqual(["392", "end"]);
  });

  it("marks the hours in which jobs failed by more than a colour", () => {
    const figure = hoursFigure({ opened: [], hours: [hour(2, 4, 1), hour(1, 0), hour(0, 3, 3)] }).toString();
    expect(figure).toContain("7 jobs in 3 hours, 4 of them failed; at most 4 in an hour.");
    expect(/class="crosses" d="([^"]*)"/.exec(figure)?.[1]?.match(/M/g)).toHaveLength(2);
    expect(/class="bars" d="([^"]*)"/.exec(figure)?.[1]?.match(/M/g)).toHaveLength(1);
    expect(/class="bars failed" d="([^"]*)"/.exec(figure)?.[1]?.match(/M/g)).toHaveLength(2);
  });

  it("stays small after a year without a restart", () => {
    const hours = Array.from({ length: 9_000 }, (_, index) => hour(9_000 - index, index % 40, index % 3));
    expect(hoursFigure({ opened: [], hours }).toString().length).toBeLessThan(20_000);
  });
});

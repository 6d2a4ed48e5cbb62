// Checks run at once and are told in order; what throws or hangs is a finding, and the rest is there all the same.
import { describe, expect, it } from "@jest/globals";
import { ok } from "../../../../src/admin/doctor/finding.ts";
import { type Check, runChecks } from "../../../../src/admin/doctor/run-checks.ts";
import { doctorJson, doctorText } from "../../../../src/cli/doctor-text.ts";
import { userError } from "../../../../src/model/errors.ts";
import { manualClock } from "../../../support/manual-clock.ts";

const check = (group: string, name: string, look: Check["look"]): Check => ({ group, name, look });

describe("runChecks", () => {
  it("makes them at once, and keeps their order whichever ends first", async () => {
    const { promise: second, resolve: endSecond } = withResolvers();
    const done: number[] = [];
    const running = runChecks(
      [
        // The first ends only when the second has begun and ended.
        check("a", "one", async () => {
          await second;
          return [ok("one", "1")];
        }),
        check("b", "two", async () => {
          endSecond();
          return [ok("two", "2"), ok("three", "3")];
        }),
      ],
      { limitMs: 1_000, clock: manualClock(), onDone: (number) => done.push(number) },
    );
    expect((await running).map(({ group, name }) => `${group} ${name}`)).toEqual(["a one", "b two", "b three"]);
    expect(done).toEqual([1, 2]);
  });

  it("tells what throws and what hangs, and does not wait for it", async () => {
    const clock = manualClock();
    const running = runChecks(
      [
        check("a", "hangs", () => new Promise(() => {})),
        check("a", "throws", async () => {
          throw userError("x", "It is broken", { fix: "Mend it." });
        }),
        check("a", "well", async () => [ok("well", "fine")]),
      ],
      { limitMs: 10_000, clock, onDone: () => {} },
    );
    clock.advance(10_000);
    expect(await running).toEqual([
      { group: "a", level: "failed", name: "hangs", found: "no answer within 10 s" },
      { group: "a", level: "failed", name: "throws", found: "It is broken", fix: "Mend it." },
      { group: "a", level: "ok", name: "well", found: "fine" },
    ]);
  });
});

function withResolvers(): { readonly promise: Promise<void>; readonly resolve: () => void } {
  let resolve = () => {};
  const promise = new Promise<void>((done) => {
    resolve = done;
  });
  return { promise, resolve };
}

describe("what is printed", () => {
  const findings = [
    { group: "queue", level: "ok", name: "queue", found: "answers" },
    { group: "queue", level: "warning", name: "persistence", found: "appendonly no", fix: "Set appendonly yes." },
    { group: "machine", level: "failed", name: "git", found: "It is missing.", fix: "Install it." },
  ] as const;

  it("has a line for each finding, in groups, and counts", () => {
    expect(doctorText(findings)).toBe(
      [
        "queue",
        "  ok       queue: answers",
        "  warning  persistence: appendonly no. Set appendonly yes.",
        "",
        "machine",
        "  failed   git: It is missing. Install it.",
        "",
        "1 ok, 1 warning, 1 failed",
        "",
      ].join("\n"),
    );
  });

  it("is for programs, too", () => {
    const counts = { ok: 1, warning: 1, failed: 1 };
    expect(JSON.parse(doctorJson(findings))).toEqual({ ok: false, counts, findings });
    expect(JSON.parse(doctorJson(findings.slice(0, 2)))).toMatchObject({ ok: true });
  });
});

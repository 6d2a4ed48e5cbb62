import { describe, expect, it } from "@jest/globals";
import fc from "fast-check";
import { isBranchName } from "../../../src/model/branch-name.ts";
import {
  isDistMark,
  parsePairMark,
  parseStatusMark,
  renderDistMark,
  renderPairMark,
  renderStatusMark,
} from "../../../src/sync/marks/marker.ts";
import { sha } from "../../support/forge-values.ts";

const source = { forge: "gitlab", projectId: 12, iid: 5 } as const;

const branchName = fc.string({ unit: fc.constantFrom("a", "-", ">", "<", "!", '"', "é", "/") }).filter(isBranchName);

describe("marks", () => {
  it("come back as they were written", () => {
    expect(parsePairMark(`${renderPairMark({ source })}\ntext`)).toEqual({ source });
    expect(parsePairMark(renderPairMark({ source, closedWithSource: true }))).toEqual({
      source,
      closedWithSource: true,
    });
    const withoutEffect = { source, closedWithSource: true, withoutEffect: sha("a") } as const;
    expect(parsePairMark(renderPairMark(withoutEffect))).toEqual(withoutEffect);
    expect(parseStatusMark(renderStatusMark({}))).toEqual({});
    expect(isDistMark(`${renderDistMark()}\ntext`)).toBe(true);
    expect(isDistMark(renderStatusMark({}))).toBe(false);
  });

  it("hold any branch name on one line, inside one HTML comment", () => {
    fc.assert(
      fc.property(branchName, (branch) => {
        const mark = renderStatusMark({ branch });
        expect(mark.split("\n")).toHaveLength(1);
        expect(mark.indexOf("-->")).toBe(mark.length - 3);
        expect(parseStatusMark(mark)).toEqual({ branch });
      }),
    );
  });

  it.each([
    ["not on the first line", `hello\n${renderPairMark({ source })}`],
    ["behind other text", `x ${renderPairMark({ source })}`],
    ["of another kind", renderStatusMark({ branch: "b" })],
    ["no JSON", "<!-- tandem:pair {source -->"],
    ["another shape", '<!-- tandem:pair {"source":{"forge":"gitlab","projectId":"12","iid":5}} -->'],
    ["nothing", ""],
  ])("are not seen when they are %s", (_, text) => {
    expect(parsePairMark(text)).toBeUndefined();
  });
});

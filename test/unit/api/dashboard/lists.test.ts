// Which part of the list an address asks for, and which addresses lead to the other parts.
import { describe, expect, it } from "@jest/globals";
import fc from "fast-check";
import { linkedPages, pageLinks } from "../../../../src/api/dashboard/page-links.ts";
import { filterOf, type PairQuery, pairListPath, readPairQuery } from "../../../../src/api/dashboard/pair-query.ts";
import { PAIR_STATES } from "../../../../src/model/pair-view.ts";
import { plainLine } from "../../../../src/model/plain-line.ts";

const ROUTES = ["stream", "staging"];
const read = (search: string) => readPairQuery(new URLSearchParams(search), ROUTES);
const DEFAULT: PairQuery = { package: "", route: undefined, state: undefined, life: "open", page: 1 };

describe("the query of an address", () => {
  it.each<[string, Partial<PairQuery>]>([
    ["", {}],
    [
      "package=%20glibc%20&state=failed&route=staging&life=all&page=3",
      { package: "glibc", state: "failed", route: "staging", life: "all", page: 3 },
    ],
    ["state=&route=&package=", {}],
    ["state=broken&route=other&life=never&page=-1", {}],
    ["page=1.5", {}],
    ["page=1e99", {}],
    ["page=x", {}],
    [`package=${"x".repeat(101)}`, {}],
    ["page=2&page=3", { page: 3 }],
    ["__proto__=1&constructor=2", {}],
  ])("%s asks for %j", (search, wanted) => {
    expect(read(search)).toEqual({ ...DEFAULT, ...wanted });
  });

  it("asks the board for no more than was asked for", () => {
    expect(filterOf(DEFAULT)).toEqual({ life: "open" });
    expect(filterOf({ ...DEFAULT, life: "all" })).toEqual({});
    expect(filterOf(read("package=a&state=working&route=stream&life=ended"))).toEqual({
      package: "a",
      state: "working",
      route: "stream",
      life: "ended",
    });
  });

  it("is read again from the address that asks for it", () => {
    const queries = fc.record({
      package: fc.string({ maxLength: 100 }).map(plainLine),
      route: fc.constantFrom(undefined, ...ROUTES),
      state: fc.constantFrom(undefined, ...PAIR_STATES),
      life: fc.constantFrom("open" as const, "ended" as const, "all" as const),
      page: fc.integer({ min: 1, max: 1_000_000 }),
    });
    fc.assert(
      fc.property(queries, (query) => {
        expect(read(pairListPath(query).slice(2))).toEqual(query);
      }),
    );
  });
});

describe("links to pages", () => {
  it.each([
    [1, 1, [1]],
    [1, 2, [1, 2]],
    [1, 9, [1, 2, "gap", 9]],
    [2, 9, [1, 2, 3, "gap", 9]],
    [4, 9, [1, 2, 3, 4, 5, "gap", 9]],
    [5, 9, [1, "gap", 4, 5, 6, "gap", 9]],
    [6, 9, [1, "gap", 5, 6, 7, 8, 9]],
    [9, 9, [1, "gap", 8, 9]],
  ])("from page %d of %d lead to %j", (page, last, pages) => {
    expect(linkedPages(page, last)).toEqual(pages);
  });

  it("are few, in order, and leave out no single page", () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 10_000 }), fc.integer({ min: 1, max: 10_000 }), (page, last) => {
        const pages = linkedPages(page, last);
        const numbers = pages.filter((each) => each !== "gap");
        expect(numbers).toEqual([...new Set(numbers)].sort((a, b) => a - b));
        expect(pages.length).toBeLessThanOrEqual(9);
        expect(numbers.every((number) => number >= 1 && number <= last)).toBe(true);
        for (const [index, each] of pages.entries())
          if (each === "gap") expect(Number(pages[index + 1]) - Number(pages[index - 1])).toBeGreaterThan(2);
      }),
    );
  });

  it("say which page this is, and end at the ends", () => {
    const shown = (page: number) => String(pageLinks(page, 3, (number) => `/?page=${number}`));
    expect(shown(2)).toContain('<a href="/?page=2" aria-current="page">2</a>');
    expect([shown(1).includes('rel="prev"'), shown(1).includes('rel="next"')]).toEqual([false, true]);
    expect([shown(3).includes('rel="prev"'), shown(3).includes('rel="next"')]).toEqual([true, false]);
    expect(pageLinks(1, 1, () => "/")).toBeUndefined();
  });
});

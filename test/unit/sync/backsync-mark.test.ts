import { describe, expect, it } from "@jest/globals";
import fc from "fast-check";
import {
  type BacksyncMark,
  isBacksyncRequest,
  parseBacksyncMark,
  renderBacksyncMark,
} from "../../../src/sync/marks/backsync-mark.ts";
import { bot, contributor, mergeRequest, sha } from "../../support/forge-values.ts";

const mark: BacksyncMark = { distProjectId: 2, distBranch: "c9s", distHead: sha("d") };

describe("the mark of a merge request from dist-git", () => {
  it.each<BacksyncMark>([mark, { ...mark, arrived: true }, { ...mark, distBranch: "a-->b" }])(
    "comes back as it was written: %j",
    (written) => {
      expect(parseBacksyncMark(`${renderBacksyncMark(written)}\ntext`)).toEqual(written);
    },
  );

  it.each([
    ["no mark", "text"],
    ["a mark below other text", `text\n${renderBacksyncMark(mark)}`],
    ["a head that is no object id", renderBacksyncMark(mark).replace(mark.distHead, "HEAD")],
    ["a branch that is none", renderBacksyncMark(mark).replace("c9s", "..")],
  ])("is not read from %s", (_name, text) => {
    expect(parseBacksyncMark(text)).toBeUndefined();
  });

  it("is read from anything without a crash", () => {
    fc.assert(
      fc.property(fc.json(), (json) => {
        parseBacksyncMark(`<!-- tandem:backsync ${json} -->`);
      }),
    );
  });

  it("counts only where the bot is the author", () => {
    const description = renderBacksyncMark(mark);
    expect(isBacksyncRequest(mergeRequest({ author: bot, description }), bot)).toBe(true);
    expect(isBacksyncRequest(mergeRequest({ author: contributor, description }), bot)).toBe(false);
    expect(isBacksyncRequest(mergeRequest({ author: bot, title: "Sync from dist-git" }), bot)).toBe(false);
  });
});

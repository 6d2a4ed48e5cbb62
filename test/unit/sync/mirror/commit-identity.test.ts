import { describe, expect, it } from "@jest/globals";
import type { Commit } from "../../../../src/git/repository.ts";
import { commitIdentity } from "../../../../src/sync/mirror/commit-identity.ts";
import { sha } from "../../../support/forge-values.ts";

const bot = { name: "Tandem", email: "bot@example.com" };
const by = (name: string, email: string, date = "1 +0000"): Commit => {
  const signature = { name, email, date };
  return { sha: sha("a"), tree: sha("b"), parents: [], message: "", author: signature, committer: signature };
};

describe("the dist-git commit", () => {
  it("is by the author of the newest commit, the others are named once each, and the bot commits", () => {
    const commits = [by("B", "b@x"), by("B", "b@x"), by("A", "a@x", "2 +0000")];
    expect(commitIdentity(by("C", "c@x", "3 +0000"), commits, bot)).toEqual({
      author: { name: "A", email: "a@x", date: "2 +0000" },
      committer: { ...bot, date: "3 +0000" },
      coAuthors: ["B <b@x>"],
    });
  });

  it("names a bounded number of others, in bounded length", () => {
    const many = Array.from({ length: 5_000 }, (_, at) => by("B", `${at}@x`));
    const long = by("B".repeat(100_000), "long@x");
    const { coAuthors } = commitIdentity(by("A", "a@x"), [long, ...many, by("A", "a@x")], bot);
    expect(coAuthors).toHaveLength(100);
    expect(coAuthors[0]).toBe("B <0@x>");
  });
});

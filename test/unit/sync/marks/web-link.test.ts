import { describe, expect, it } from "@jest/globals";
import { webLink } from "../../../../src/sync/marks/web-link.ts";

describe("webLink", () => {
  it.each([
    ["https://x.test/a/-/jobs/1?x=1&y=2#L3", "[open](https://x.test/a/-/jobs/1?x=1&y=2#L3)"],
    ["https://x.test/a)b|c@d <e>", "[open](https://x.test/a%29b%7Cc%40d%20%3Ce%3E)"],
    ["https://user:secret@x.test/", "[open](https://x.test/)"],
    ["javascript:alert(1)", "open"],
    ["no address", "open"],
    [`https://x.test/${"a".repeat(600)}`, "open"],
    [undefined, "open"],
  ])("%j becomes %j", (address, expected) => {
    expect(webLink("open", address)).toBe(expected);
  });
});

// A link to the login form leads back to this service, whoever made it.
import { describe, expect, it } from "@jest/globals";
import fc from "fast-check";
import { returnPath } from "../../../src/api/admin/return-path.ts";

describe("the way back after the login", () => {
  it.each([
    ["/", "/"],
    ["/pairs/gitlab-1-2", "/pairs/gitlab-1-2"],
    ["/?package=a&page=2", "/?package=a&page=2"],
    ["/health#x", "/health"],
    ["/a/../b", "/b"],
    ["/\u0130\r\nSet-Cookie: x", "/%C4%B0Set-Cookie:%20x"],
  ])("%j leads to %s", (text, path) => {
    expect(returnPath(text)).toBe(path);
  });

  it.each([
    "",
    "health",
    "https://evil.example/",
    "//evil.example",
    "/\\evil.example",
    "/\t/evil.example",
    "\\\\evil.example",
    "/.//evil.example",
    "/a/..//evil.example",
    "/%2e//evil.example",
    "javascript:alert(1)",
    " /",
    "//[",
    7,
    undefined,
    ["/"],
  ])("%j leads nowhere", (text) => {
    expect(returnPath(text)).toBeUndefined();
  });

  it("never leaves this service", () => {
    const piece = fc.constantFrom("/", "\\", ".", "..", "\t", "@", ":", "evil.example", "?", "#", "%2f", "%2e");
    fc.assert(
      fc.property(fc.array(piece, { maxLength: 8 }), (pieces) => {
        const path = returnPath(`/${pieces.join("")}`);
        if (path !== undefined) expect(new URL(path, "https://tandem.example").origin).toBe("https://tandem.example");
      }),
    );
  });
});

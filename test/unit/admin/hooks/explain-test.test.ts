// What a test delivery shows: our own answers, GitLab's reasons, and answers of others.
import { describe, expect, it } from "@jest/globals";
import { explainTest } from "../../../../src/admin/hooks/explain-test.ts";
import type { HookTest } from "../../../../src/forge/hook-admin.ts";

const URL = "https://tandem.example/api/webhooks/gitlab";
const refused = (said: string) => explainTest({ result: "refused", said }, URL);

describe("what Tandem answered", () => {
  it.each([
    ["unauthenticated", "(401): the token is for a, which does not cover the project b/c.", /webhook install/],
    ["malformed", "(400)", /template/],
    ["unsupported", "(415)", /proxy/],
    ["too-large", "(413)", /webhookBytes/],
    ["unavailable", "(503)", /readyz/],
    ["failed", "(500)", /log/],
    ["refused", "(404)", /publicUrl/],
  ])("%s", (status, says, fix) => {
    const verdict = refused(
      JSON.stringify({ status, reason: "the token is for a, which does not cover the project b/c" }),
    );
    expect(verdict).toMatchObject({
      state: "bad",
      says: expect.stringContaining(says),
      fix: expect.stringMatching(fix),
    });
  });

  it("is understood also when GitLab cut it off", () =>
    expect(refused('{"status":"unauthenticated","reason":"the hook\'s token is for a very lo').says).toContain(
      "(401): the hook's token is for a very lo.",
    ));
});

it.each([
  ["SSL_connect returned=1 errno=0 state=error: certificate verify failed (unable to get local issuer)", "certificate"],
  ["Net::ReadTimeout", "no answer in time"],
  ["execution expired", "no answer in time"],
  [
    "Failed to open TCP connection to tandem.example:443 (getaddrinfo: Name or service not known)",
    "does not find the host",
  ],
  ["URL is blocked: Requests to localhost are not allowed", "does not post to that address"],
  ["Failed to open TCP connection to 10.0.0.1:443 (Connection refused - connect(2))", "cannot reach"],
  ["Silent mode enabled", "no webhooks at all"],
  ["502 Bad Gateway nginx", "Something else than Tandem answered"],
])("%s: %s", (said, says) =>
  expect(refused(said)).toMatchObject({ state: "bad", says: expect.stringContaining(says) }),
);

it.each<readonly [HookTest, object]>([
  [{ result: "delivered" }, { state: "good" }],
  [{ result: "nothing-to-tell", said: "Ensure the project has commits" }, { state: "untried" }],
  [{ result: "too-many" }, { state: "untried", fix: "Try again in a minute." }],
  [{ result: "unsupported" }, { state: "untried", fix: "Press Test in GitLab." }],
])("%j is %j", (test, verdict) => expect(explainTest(test, URL)).toMatchObject(verdict));

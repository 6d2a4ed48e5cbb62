// The text of a refusal: one line, not too long, without the token.
import { describe, expect, it } from "@jest/globals";
import { describeBody } from "../../../../src/forge/http/describe-body.ts";
import { Secret } from "../../../../src/model/secret.ts";

const TOKEN = new Secret("very-secret");
const say = (body: string) =>
  describeBody(body, (parsed) => ("message" in parsed ? String(parsed.message) : undefined), TOKEN);

describe("describeBody", () => {
  it.each([
    ["the forge's own words", '{"message":"no\\n  way"}', "no way"],
    ["JSON of another shape", '{"a":1}', '{"a":1}'],
    ["JSON that is no object", "null", "null"],
    ["plain text", "Retry later\n", "Retry later"],
    ["a page", "<html><b>Bad</b> gateway</html>", "Bad gateway"],
    ["nothing", "", "(no text)"],
    ["the token in another spelling", '{"message":"\\u0076ery-secret!"}', "[secret]!"],
  ])("tells %s", (_, body, said) => {
    expect(say(body)).toBe(said);
  });

  it("cuts a long text, and no piece of the token is left where it does", () => {
    expect(say("x".repeat(300))).toBe("x".repeat(300));
    expect(say(`${"x".repeat(301)}`)).toBe(`${"x".repeat(299)}…`);
    expect(say(`${"x".repeat(295)}very-secret and more`)).toBe(`${"x".repeat(295)}[sec…`);
  });
});

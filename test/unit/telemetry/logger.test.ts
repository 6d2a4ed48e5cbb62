// What a log line looks like, and that nothing secret is in it.
import { describe, expect, it } from "@jest/globals";
import { TandemError } from "../../../src/model/errors.ts";
import { createLogger } from "../../../src/telemetry/logger.ts";

const SECRET = 'glpat-"quoted"\\secret';

function record(level: "info" | "debug" = "info") {
  const lines: string[] = [];
  return { lines, logger: createLogger({ level, secrets: [SECRET], write: (line) => lines.push(line) }) };
}

const parse = (line: string | undefined): Record<string, unknown> => JSON.parse(line ?? "");

describe("a line", () => {
  it("is JSON with level, time, fields of all parents, and message", () => {
    const { lines, logger } = record();
    logger.child({ delivery: "d1" }).child({ subject: "s1" }).info({ jobs: 2 }, "queued");
    expect(lines).toHaveLength(1);
    expect(parse(lines[0])).toEqual({
      level: "info",
      time: expect.stringMatching(/^\d{4}-.*Z$/),
      delivery: "d1",
      subject: "s1",
      jobs: 2,
      msg: "queued",
    });
  });

  it("is left out below the level", () => {
    const { lines, logger } = record();
    logger.debug({}, "details");
    expect(lines).toEqual([]);
    const chatty = record("debug");
    chatty.logger.debug({}, "details");
    expect(chatty.lines).toHaveLength(1);
  });

  it("never holds a secret, wherever it comes from", () => {
    const { lines, logger } = record();
    const cause = new Error(`cannot open https://oauth2:${encodeURIComponent(SECRET)}@host`);
    const error = new TandemError("upstream", `failed with ${SECRET}`, {
      code: "x",
      cause,
      context: { url: `u ${SECRET}` },
    });
    logger.error(
      { error, header: `Bearer ${SECRET}`, deep: { list: [SECRET] }, token: "other-value" },
      `message ${SECRET}`,
    );
    logger.child({ bound: SECRET }).warn({}, "child");
    const text = lines.join("");
    for (const form of [SECRET, JSON.stringify(SECRET).slice(1, -1), encodeURIComponent(SECRET), "other-value"])
      expect(text).not.toContain(form);
    expect(parse(lines[0])).toMatchObject({
      error: {
        kind: "upstream",
        message: "failed with [secret]",
        cause: { message: "cannot open https://oauth2:[secret]@host" },
      },
    });
  });
});

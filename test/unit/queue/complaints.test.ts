import { describe, expect, it } from "@jest/globals";
import { createComplaints } from "../../../src/queue/complaints.ts";
import { recordingLogger } from "../../support/recording-logger.ts";

describe("complaints about the queue", () => {
  it("are made once for each text, and once a minute after, with their number", () => {
    const logger = recordingLogger();
    let now = 0;
    const complain = createComplaints(logger, () => now);
    for (now of [0, 1, 59_999, 60_000, 60_001]) complain(new Error("refused"));
    complain(new Error("other"));
    expect(logger.lines.map(({ level, fields }) => [level, fields])).toEqual([
      ["warn", { error: "refused" }],
      ["warn", { error: "refused", repeated: 2 }],
      ["warn", { error: "other" }],
    ]);
  });
});

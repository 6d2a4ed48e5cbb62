// A body is read as far as it may go.
import { describe, expect, it } from "@jest/globals";
import { readText } from "../../../../src/forge/http/read-text.ts";

/** An answer in chunks, and what happened to its stream. */
function answer(chunks: readonly string[], headers: Record<string, string> = {}) {
  const seen = { pulled: 0, cancelled: false };
  const stream = new ReadableStream<Uint8Array>(
    {
      pull(controller) {
        const chunk = chunks[seen.pulled++];
        if (chunk === undefined) controller.close();
        else controller.enqueue(Buffer.from(chunk, "latin1"));
      },
      cancel() {
        seen.cancelled = true;
      },
    },
    { highWaterMark: 0 },
  );
  return { response: new Response(stream, { headers }), seen };
}

describe("readText", () => {
  it.each<[string, readonly string[], string]>([
    ["nothing", [], ""],
    ["exactly as much as may be", ["12345", "67890"], "1234567890"],
    // "é" in UTF-8, in two chunks.
    ["a character in two pieces", ["\xc3", "\xa9"], "é"],
  ])("reads %s", async (_, chunks, text) => {
    expect(await readText(answer(chunks).response, 10)).toBe(text);
  });

  it("stops at the first byte that is too much", async () => {
    const { response, seen } = answer(["12345", "67890", "1", "never read"]);
    expect(await readText(response, 10)).toBeUndefined();
    expect(seen).toEqual({ pulled: 3, cancelled: true });
  });

  it("reads nothing of an answer that says that it is too large", async () => {
    const { response, seen } = answer(["1"], { "content-length": "11" });
    expect(await readText(response, 10)).toBeUndefined();
    expect(seen).toEqual({ pulled: 0, cancelled: true });
  });

  it("reads an answer without a body", async () => {
    expect(await readText(new Response(null, { status: 204 }), 10)).toBe("");
  });
});

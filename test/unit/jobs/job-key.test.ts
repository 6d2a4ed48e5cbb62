// Ids of deliveries and jobs.
import { describe, expect, it } from "@jest/globals";
import fc from "fast-check";
import { deliveryIdOf } from "../../../src/jobs/delivery-id.ts";
import { jobKey } from "../../../src/jobs/job-key.ts";
import { parseSha } from "../../../src/model/ids.ts";
import type { Job } from "../../../src/model/jobs.ts";

const UUID = "9c1f3f6e-8f3a-4d7b-9a2f-2f1f0f7c0a11";
const digest = () => "d1gest";
const mirror = (iid: number): Job => ({ v: 1, queue: "mirror", forge: "gitlab", projectId: 7, iid, origin: "o" });

describe("deliveryIdOf", () => {
  it.each([
    ["Idempotency-Key", { "idempotency-key": UUID, "webhook-id": "msg_1" }, UUID],
    ["webhook-id", { "webhook-id": "msg_1" }, "msg_1"],
    ["webhook-id when the key is unusable", { "idempotency-key": "a:b", "webhook-id": "msg_1" }, "msg_1"],
    ["X-GitHub-Delivery", { "x-github-delivery": UUID, "x-github-hook-id": "1" }, UUID],
    ["the body, not the UUID headers", { "x-gitlab-webhook-uuid": UUID, "x-gitlab-event-uuid": UUID }, "body-d1gest"],
    ["the body when a header is too long", { "idempotency-key": "x".repeat(101) }, "body-d1gest"],
    ["the body when a header is empty", { "idempotency-key": "" }, "body-d1gest"],
    ["the body when a header came twice", { "idempotency-key": ["a", "b"] }, "body-d1gest"],
    ["the body when a header has line breaks", { "webhook-id": "a\nb" }, "body-d1gest"],
  ])("takes %s", (_, headers, expected) => {
    expect(deliveryIdOf(headers, digest)).toBe(expected);
  });
});

describe("jobKey", () => {
  it("is the same for the same delivery and subject, and only then", () => {
    const keys = [jobKey(mirror(1), "a"), jobKey(mirror(2), "a"), jobKey(mirror(1), "b")];
    expect(new Set(keys).size).toBe(3);
    expect(jobKey({ ...mirror(1), origin: "other" }, "a")).toBe(keys[0]);
  });

  it("keeps BullMQ's rules: no colon, no integer, bounded", () => {
    const sha = parseSha("f".repeat(64));
    if (!sha) throw new Error("not a sha");
    const ci: Job = {
      v: 1,
      queue: "ci",
      forge: "gitlab",
      projectId: Number.MAX_SAFE_INTEGER,
      sha,
      ref: "x".repeat(500),
      origin: "o",
    };
    const branch = "x".repeat(244);
    const backsync: Job = {
      v: 1,
      queue: "backsync",
      forge: "gitlab",
      projectId: Number.MAX_SAFE_INTEGER,
      branch,
      origin: "o",
    };
    fc.assert(
      fc.property(
        fc.dictionary(
          fc.constantFrom("idempotency-key", "webhook-id", "x-github-delivery"),
          fc.oneof(fc.string(), fc.nat().map(String)),
        ),
        (headers) => {
          for (const job of [mirror(1), ci, backsync]) {
            const key = jobKey(
              job,
              deliveryIdOf(headers, () => "f".repeat(64)),
            );
            expect(key).not.toContain(":");
            expect(key).not.toMatch(/^\d+$/);
            expect(key.length).toBeLessThanOrEqual(400);
          }
        },
      ),
    );
  });

  it("refuses what no delivery id can be", () => {
    expect(() => jobKey(mirror(1), "a:b")).toThrow(expect.objectContaining({ kind: "bug" }));
  });
});

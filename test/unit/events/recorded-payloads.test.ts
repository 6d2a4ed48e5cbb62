// The parser against examples of GitLab's own. They are reference data beside the repository and not part of it.
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "@jest/globals";
import { parseDelivery } from "../../../src/events/parse-delivery.ts";

const root = join(import.meta.dirname, "../../../../shared/gitlab");

const EVENT_OF_KIND: Readonly<Record<string, string>> = {
  merge_request: "Merge Request Hook",
  pipeline: "Pipeline Hook",
  push: "Push Hook",
  tag_push: "Tag Push Hook",
  note: "Note Hook",
  build: "Job Hook",
};
const RESULT_OF_EVENT: Readonly<Record<string, string>> = {
  "Merge Request Hook": "merge-request-changed",
  "Pipeline Hook": "pipeline-changed",
  "Push Hook": "branch-pushed",
};
/** An old example whose field names end in blanks: GitLab never sent it like that. */
const BROKEN = "group_merge_request.json";

if (existsSync(root)) {
  const files = ["payloads", "payloads-go-gitlab/webhooks", "payloads-go-gitlab/systemhooks"].flatMap((folder) =>
    readdirSync(join(root, folder)).map((name) => join(folder, name)),
  );

  it.each(files)("%s", (file) => {
    const payload = parseLoosely(readFileSync(join(root, file), "utf8"));
    const isSystem = file.includes("systemhooks");
    const event = isSystem ? "System Hook" : EVENT_OF_KIND[String(payload.object_kind)];
    const expected = file.endsWith(BROKEN) ? "malformed" : (RESULT_OF_EVENT[event ?? ""] ?? "ignored");
    expect(event).toBeDefined();
    expect(parseDelivery(event, payload, "/tandem")).toMatchObject({ kind: expected });
  });

  it("there are some", () => expect(files.length).toBeGreaterThan(10));
} else {
  describe("recorded payloads", () => {
    it.skip(`skipped: ${root} is not on this machine`, () => {});
  });
}

/** One example is printed with comments and a comma at the end. */
function parseLoosely(text: string): Record<string, unknown> {
  return JSON.parse(text.replace(/\s\/\/ .*$/gm, "").replace(/,(\s*[}\]])/g, "$1"));
}

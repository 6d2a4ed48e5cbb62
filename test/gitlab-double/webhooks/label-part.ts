// A label in a payload. The double keeps names only; the rest follows from the name.
import { createHash } from "node:crypto";
import type { MergeRequest } from "../state/types.ts";
import { hookTime } from "./payload-parts.ts";

export function labelPart(mr: MergeRequest, name: string) {
  const hash = createHash("sha256").update(name).digest();
  return {
    id: 2000 + hash.readUInt16BE(0),
    title: name,
    color: `#${hash.subarray(0, 3).toString("hex")}`,
    project_id: mr.projectId,
    created_at: hookTime(mr.createdAt),
    updated_at: hookTime(mr.createdAt),
    template: false,
    description: null,
    type: "ProjectLabel",
    group_id: null,
  };
}

// Fields that the answers of all forges have.
import { z } from "zod";
import { parseSha, type Sha } from "../model/ids.ts";

/** A commit by its full object id. */
export const shaSchema = z.string().transform((text, context): Sha => {
  const parsed = parseSha(text);
  if (parsed) return parsed;
  context.addIssue({ code: "custom", message: "expected a full object id" });
  return z.NEVER;
});

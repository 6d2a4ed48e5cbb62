// Merge commits as ordinary ones, so that `git format-patch` makes a mail of them: the same commit with its first parent only.
import type { NewObject } from "./object-pack.ts";

/** The commit object without its other parents, and without signatures, which would no longer hold. */
export function withFirstParent(content: Buffer): NewObject {
  const text = content.toString("latin1");
  const end = text.indexOf("\n\n");
  const header = end < 0 ? text : text.slice(0, end);
  // Continuation lines begin with a blank and belong to the field above.
  const fields = header.split(/\n(?! )/);
  const first = fields.findIndex((field) => field.startsWith("parent "));
  const kept = fields.filter(
    (field, index) => index === first || !/^(?:parent|gpgsig|gpgsig-sha256|mergetag) /.test(field),
  );
  return { type: "commit", content: Buffer.from(kept.join("\n") + (end < 0 ? "" : text.slice(end)), "latin1") };
}

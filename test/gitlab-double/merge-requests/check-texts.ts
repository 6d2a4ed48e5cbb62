// GitLab's limits on title and description.
import { invalidField } from "../http/reply.ts";

const LONGEST_TITLE = 255;
const LONGEST_DESCRIPTION = 1_048_576;

/** Throws ApiError 400 for a title that is blank or too long, or a description that is too long. */
export function checkTexts(texts: { readonly title?: string; readonly description?: string | null }): void {
  const { title, description } = texts;
  if (title !== undefined && title.trim() === "") throw invalidField("title", "can't be blank");
  if ((title?.length ?? 0) > LONGEST_TITLE) {
    throw invalidField("title", `is too long (maximum is ${LONGEST_TITLE} characters)`);
  }
  if ((description?.length ?? 0) > LONGEST_DESCRIPTION) {
    throw invalidField("description", `is too long (maximum is ${LONGEST_DESCRIPTION} characters)`);
  }
}

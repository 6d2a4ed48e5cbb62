// What GitLab's answers have of their own.
import { createParse } from "../http/answers.ts";

export const parse = createParse("GitLab");

export const NOT_THERE: readonly number[] = [404];
/** GitLab answers 403 where a project shows its pipelines to members only, or has CI switched off. */
export const MAY_NOT_SEE: readonly number[] = [403, 404];

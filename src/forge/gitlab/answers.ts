// How the adapter reads GitLab's answers: checked against a schema, and refusals that its own contract names.
import { z } from "zod";
import { TandemError } from "../../model/errors.ts";

/**
 * Checks an answer. One of another shape than documented is the forge's failure, and may pass.
 * @throws TandemError upstream `forge-answer-broken`
 */
export function parse<T>(schema: z.ZodType<T>, answer: unknown): T {
  const parsed = schema.safeParse(answer);
  if (parsed.success) return parsed.data;
  throw new TandemError("upstream", `GitLab's answer has an unexpected shape: ${z.prettifyError(parsed.error)}`, {
    code: "forge-answer-broken",
  });
}

export const NOT_THERE: readonly number[] = [404];
/** GitLab answers 403 where a project shows its pipelines to members only, or has CI switched off. */
export const MAY_NOT_SEE: readonly number[] = [403, 404];

/** Waits for an answer; a refusal with one of these HTTP statuses is undefined. */
export async function unless<T>(refusals: readonly number[], answer: Promise<T>): Promise<T | undefined> {
  try {
    return await answer;
  } catch (thrown) {
    if (refusals.includes(refusalStatus(thrown) ?? 0)) return undefined;
    throw thrown;
  }
}

/** HTTP status with which GitLab refused a request; undefined for any other failure. */
export function refusalStatus(thrown: unknown): number | undefined {
  if (!(thrown instanceof TandemError)) return undefined;
  const { status } = thrown.context;
  return typeof status === "number" ? status : undefined;
}

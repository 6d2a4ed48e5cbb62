// How an adapter reads answers: checked against a schema, and refusals that its own contract names.
import { z } from "zod";
import { TandemError } from "../../model/errors.ts";

/** Checks an answer. One of another shape than documented is the forge's failure, and may pass. */
export type Parse = <T>(schema: z.ZodType<T>, answer: unknown) => T;

/**
 * Makes the function that checks a forge's answers. It throws upstream `forge-answer-broken`.
 * @param forge its name in the error, e.g. `GitLab`
 */
export function createParse(forge: string): Parse {
  return (schema, answer) => {
    const parsed = schema.safeParse(answer);
    if (parsed.success) return parsed.data;
    throw new TandemError("upstream", `${forge}'s answer has an unexpected shape: ${z.prettifyError(parsed.error)}`, {
      code: "forge-answer-broken",
    });
  };
}

/** Waits for an answer; a refusal with one of these HTTP statuses is undefined. */
export async function unless<T>(refusals: readonly number[], answer: Promise<T>): Promise<T | undefined> {
  try {
    return await answer;
  } catch (thrown) {
    if (refusals.includes(refusalOf(thrown)?.status ?? 0)) return undefined;
    throw thrown;
  }
}

/** With what a forge refused a request; undefined for any other failure, a rate limit among them. */
export function refusalOf(thrown: unknown): { readonly status: number; readonly description: string } | undefined {
  if (!(thrown instanceof TandemError) || thrown.kind === "rate-limit") return undefined;
  const { status, description } = thrown.context;
  return typeof status === "number" ? { status, description: String(description) } : undefined;
}

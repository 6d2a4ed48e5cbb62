// How the adapter reads GitHub's answers: checked against a schema, page by page, and refusals that its contract names.
import { z } from "zod";
import { TandemError } from "../../model/errors.ts";
import type { Ask } from "./transport.ts";

/**
 * Checks an answer. One of another shape than documented is the forge's failure, and may pass.
 * @throws TandemError upstream `forge-answer-broken`
 */
export function parse<T>(schema: z.ZodType<T>, answer: unknown): T {
  const parsed = schema.safeParse(answer);
  if (parsed.success) return parsed.data;
  throw new TandemError("upstream", `GitHub's answer has an unexpected shape: ${z.prettifyError(parsed.error)}`, {
    code: "forge-answer-broken",
  });
}

/** 410: it was there once; 451: it is blocked. */
export const NOT_THERE: readonly number[] = [404, 410, 451];

/** Waits for an answer; a refusal with one of these HTTP statuses is undefined. */
export async function unless<T>(refusals: readonly number[], answer: Promise<T>): Promise<T | undefined> {
  try {
    return await answer;
  } catch (thrown) {
    if (refusals.includes(refusalOf(thrown)?.status ?? 0)) return undefined;
    throw thrown;
  }
}

/** With what GitHub refused a request; undefined for any other failure, a rate limit among them. */
export function refusalOf(thrown: unknown): { readonly status: number; readonly description: string } | undefined {
  if (!(thrown instanceof TandemError) || thrown.kind === "rate-limit") return undefined;
  const { status, description } = thrown.context;
  return typeof status === "number" ? { status, description: String(description) } : undefined;
}

const PER_PAGE = 100;

/**
 * Reads a list page by page. Pages are counted here: an address that comes with an answer is not believed.
 * @throws TandemError upstream `forge-answer-too-large` when it does not end
 */
export async function askForAll<T>(
  ask: Ask,
  item: z.ZodType<T>,
  route: string,
  parameters: Readonly<Record<string, unknown>>,
  maxPages = 100,
): Promise<readonly T[]> {
  const found: T[] = [];
  for (let page = 1; page <= maxPages; page++) {
    const rows = parse(z.array(item), await ask(route, { ...parameters, per_page: PER_PAGE, page }));
    found.push(...rows);
    if (rows.length < PER_PAGE) return found;
  }
  throw new TandemError("upstream", `GitHub's list ${route} does not end within ${found.length} entries`, {
    code: "forge-answer-too-large",
  });
}

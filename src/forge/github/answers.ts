// What GitHub's answers have of their own, and lists page by page.
import { z } from "zod";
import { TandemError } from "../../model/errors.ts";
import { createParse } from "../http/answers.ts";
import type { Ask } from "./transport.ts";

export const parse = createParse("GitHub");

/** 410: it was there once; 451: it is blocked. */
export const NOT_THERE: readonly number[] = [404, 410, 451];

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

// For tests in which it does not matter how much work something is.
import type { Effort } from "../../src/engine/effort.ts";

/** Never too much. */
export const FREE: Effort = { spend() {} };

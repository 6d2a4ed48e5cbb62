// A real logger whose lines a test can look at.
import { createLogger } from "../../src/telemetry/logger.ts";

/** Makes a logger that keeps its lines, all levels, with these secrets redacted. */
export function recordLogger(secrets: readonly string[] = []) {
  const lines: string[] = [];
  return { lines, logger: createLogger({ level: "debug", secrets, write: (line) => lines.push(line) }) };
}

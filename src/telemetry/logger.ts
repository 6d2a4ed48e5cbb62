// The logger: pino, JSON lines on standard error, every line redacted on its way out.
import { destination, type Logger as Pino, pino, stdTimeFunctions } from "pino";
import type { LogFields, Logger } from "../model/logger.ts";
import { createRedactor } from "../model/redact-values.ts";
import { loggable } from "./redact.ts";

/** How to log. */
export interface LoggerOptions {
  readonly level: "error" | "warn" | "info" | "debug";
  /** Texts that must never appear in a line. */
  readonly secrets: readonly string[];
  /** Receives each line, newline included. Default: standard error. */
  readonly write?: (line: string) => void;
}

/** Makes the process's logger. Pass it on; there is no global one. */
export function createLogger({ level, secrets, write }: LoggerOptions): Logger {
  const redact = createRedactor(secrets);
  const out = write ?? standardError();
  const options = {
    level,
    base: {},
    timestamp: stdTimeFunctions.isoTime,
    formatters: { level: (label: string) => ({ level: label }) },
  };
  return adapt(pino(options, { write: (line: string) => out(redact(line)) }));
}

/**
 * One write for all lines of a turn of the event loop: in a burst the writes cost more than the work. What is waiting when the
 * process exits is written then; a kill loses the lines of that turn.
 */
function standardError(): (line: string) => void {
  const stderr = destination({ fd: 2, sync: true });
  let waiting = "";
  const write = () => {
    const lines = waiting;
    waiting = "";
    if (lines !== "") stderr.write(lines);
  };
  process.on("exit", write);
  return (line) => {
    if (waiting === "") setImmediate(write);
    waiting += line;
  };
}

function adapt(target: Pino): Logger {
  return {
    error: (fields, message) => target.error(safe(fields), message),
    warn: (fields, message) => target.warn(safe(fields), message),
    info: (fields, message) => target.info(safe(fields), message),
    debug: (fields, message) => {
      if (target.isLevelEnabled("debug")) target.debug(safe(fields), message);
    },
    child: (fields) => adapt(target.child(safe(fields))),
  };
}

function safe(fields: LogFields): Record<string, unknown> {
  return { ...(loggable({ ...fields }) as object) };
}

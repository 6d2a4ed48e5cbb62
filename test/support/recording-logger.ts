// A logger that keeps what it is given, so that a test can look at it and fail on what it did not expect.
import type { LogFields, Logger } from "../../src/model/logger.ts";

export interface LogLine {
  readonly level: "error" | "warn" | "info" | "debug";
  readonly fields: LogFields;
  readonly message: string;
}

export interface RecordingLogger extends Logger {
  readonly lines: readonly LogLine[];
}

export function recordingLogger(lines: LogLine[] = [], bound: LogFields = {}): RecordingLogger {
  const record = (level: LogLine["level"]) => (fields: LogFields, message: string) => {
    lines.push({ level, fields: { ...bound, ...fields }, message });
  };
  return {
    lines,
    error: record("error"),
    warn: record("warn"),
    info: record("info"),
    debug: record("debug"),
    child: (fields) => recordingLogger(lines, { ...bound, ...fields }),
  };
}

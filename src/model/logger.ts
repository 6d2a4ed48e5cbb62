// The logger that stages are given. Adapter: telemetry/logger.ts (pino).

/** Fields beside the static message. Values pass the redactor. */
export type LogFields = Readonly<Record<string, unknown>>;

/** error: our fault; warn: look weekly; info: what happened, also a user's mistake; debug: details. */
export interface Logger {
  error(fields: LogFields, message: string): void;
  warn(fields: LogFields, message: string): void;
  info(fields: LogFields, message: string): void;
  debug(fields: LogFields, message: string): void;
  /** A logger that adds these fields to every line. */
  child(fields: LogFields): Logger;
}

// Keeps secrets out of log records, by name of the field. Works on anything that can be thrown or logged.
import { isNativeError } from "node:util/types";
import { REDACTED } from "../model/redact-values.ts";

/** Names of fields whose value is never logged, wherever they stand: `token`, `privateToken`, `PRIVATE-TOKEN`, … */
const SECRET_NAME =
  /(?:token|secret|password|passwd|authorization|cookie|credentials?|private[-_]?key|api[-_]?key)s?$/i;

const MAX_DEPTH = 8;
const MAX_ITEMS = 100;
const MAX_TEXT = 8_000;

/**
 * A copy of a log field that is safe to print as JSON: fields with the name of a secret are replaced, errors become plain
 * objects with what they say (and not what they hold: requests, headers), cycles, depth and length are cut.
 */
export function loggable(value: unknown): unknown {
  return copy(value, 0, new Set());
}

function copy(value: unknown, depth: number, around: ReadonlySet<object>): unknown {
  if (typeof value === "string") return value.length > MAX_TEXT ? `${value.slice(0, MAX_TEXT)}…` : value;
  if (typeof value === "bigint") return value.toString();
  if (typeof value === "function" || typeof value === "symbol") return `[${typeof value}]`;
  if (typeof value !== "object" || value === null) return value;
  if (around.has(value)) return "[circular]";
  if (depth >= MAX_DEPTH) return "[deep]";
  return copyObject(value, depth + 1, new Set([...around, value]));
}

function copyObject(value: object, depth: number, around: ReadonlySet<object>): unknown {
  // isNativeError knows errors of another realm (worker threads, vm), too.
  if (value instanceof Error || isNativeError(value)) return copyError(value, depth, around);
  if (ArrayBuffer.isView(value)) return `[${value.byteLength} bytes]`;
  if ("toJSON" in value && typeof value.toJSON === "function") return copy(toJson(value), depth, around);
  if (Array.isArray(value)) return value.slice(0, MAX_ITEMS).map((item) => copy(item, depth, around));
  if (value instanceof Map || value instanceof Set) return copy([...value], depth, around);
  const entries = Object.entries(value).slice(0, MAX_ITEMS);
  return Object.fromEntries(
    entries.map(([key, inner]) => [key, SECRET_NAME.test(key) ? REDACTED : copy(inner, depth, around)]),
  );
}

function toJson(value: object): unknown {
  try {
    return JSON.parse(JSON.stringify(value) ?? "null");
  } catch {
    return "[unprintable]";
  }
}

const ERROR_FIELDS = ["name", "message", "kind", "code", "fix", "context", "stack", "cause", "errors"] as const;

function copyError(error: Error, depth: number, around: ReadonlySet<object>): unknown {
  const entries = ERROR_FIELDS.map((field) => [field, copy(Reflect.get(error, field), depth, around)] as const);
  return Object.fromEntries(entries.filter(([, inner]) => inner !== undefined));
}

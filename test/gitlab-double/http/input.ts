// Parameters of a request, from query and body alike, as GitLab's API reads them.
import { invalidParameter } from "./reply.ts";

/** Raw values by name. `labels[]` arrives as `labels`. */
export type Values = Readonly<Record<string, unknown>>;

/** Typed access to the parameters. Every reader throws 400 for a value of the wrong type. */
export class Input {
  readonly values: Values;

  constructor(values: Values) {
    this.values = values;
  }

  has(name: string): boolean {
    return this.values[name] !== undefined;
  }

  /** A text, or undefined when absent. null counts as absent. */
  text(name: string): string | undefined {
    const value = this.values[name];
    if (value === undefined || value === null) return undefined;
    if (typeof value === "string") return value;
    if (typeof value === "number" || typeof value === "boolean") return String(value);
    throw invalidParameter(`${name} is invalid`);
  }

  /** A text that must be there. */
  needText(name: string): string {
    const value = this.text(name);
    if (value === undefined) throw invalidParameter(`${name} is missing`);
    if (value.trim() === "") throw invalidParameter(`${name} is empty`);
    return value;
  }

  integer(name: string): number | undefined {
    const value = this.text(name);
    if (value === undefined || value === "") return undefined;
    if (!/^-?\d+$/.test(value)) throw invalidParameter(`${name} is invalid`);
    return Number(value);
  }

  flag(name: string): boolean | undefined {
    const value = this.text(name);
    if (value === undefined || value === "") return undefined;
    if (/^(true|1|t|yes|on)$/i.test(value)) return true;
    if (/^(false|0|f|no|off)$/i.test(value)) return false;
    throw invalidParameter(`${name} is invalid`);
  }

  /** One of a few words. */
  choice<T extends string>(name: string, allowed: readonly T[]): T | undefined {
    const value = this.text(name);
    if (value === undefined) return undefined;
    const found = allowed.find((each) => each === value);
    if (found === undefined) throw invalidParameter(`${name} does not have a valid value`);
    return found;
  }

  /** A list: an array, or text with commas. */
  list(name: string): readonly string[] | undefined {
    const value = this.values[name];
    if (value === undefined || value === null) return undefined;
    if (Array.isArray(value)) return value.map(String);
    if (value === "") return [];
    return String(value)
      .split(",")
      .map((part) => part.trim());
  }
}

/** Parses a query string or an urlencoded body. Names with `[]` collect arrays. */
export function parseUrlEncoded(text: string): Values {
  const values: Record<string, unknown> = {};
  for (const [key, value] of new URLSearchParams(text)) {
    const array = /^(.*?)\[\d*\]$/.exec(key);
    const name = array?.[1] ?? key;
    if (array === null) values[name] = value;
    else values[name] = [...((values[name] as string[] | undefined) ?? []), value];
  }
  return values;
}

/**
 * Parses a request body by its content type.
 * @throws ApiError 400 when it is not what it claims to be.
 */
export function parseBody(contentType: string, body: Buffer): Values {
  if (body.length === 0) return {};
  const text = body.toString("utf8");
  if (contentType.startsWith("application/x-www-form-urlencoded")) return parseUrlEncoded(text);
  if (!contentType.includes("json")) throw invalidParameter("The provided content-type is not supported");
  try {
    const parsed: unknown = JSON.parse(text);
    if (typeof parsed === "object" && parsed !== null && !Array.isArray(parsed)) return parsed as Values;
  } catch {
    throw invalidParameter("message body does not match declared format");
  }
  throw invalidParameter("message body does not match declared format");
}

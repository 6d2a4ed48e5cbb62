// The one error type of Tandem. The kind says who has to act; it is set once, where the error is first understood
// (an adapter, a parser, the engine), and decides retry, log level, HTTP status and exit code everywhere else.

/**
 * Who must act:
 * `user` the person whose content or configuration says no; `stale` nobody, the world moved while we worked;
 * `rate-limit` nobody, we were told to wait; `upstream` the forge or a remote failed; `auth` our credential was
 * refused; `environment` disk, queue or git binary; `bug` Tandem itself.
 */
export type ErrorKind = "user" | "stale" | "rate-limit" | "upstream" | "auth" | "environment" | "bug";

/** Structured facts about an error, safe to log. Never holds a secret. */
export type ErrorContext = Readonly<Record<string, string | number | boolean | undefined>>;

/** What an error carries beside its kind and message. */
export interface TandemErrorOptions {
  /** Stable text in kebab-case, for tables and metrics, e.g. `trailer-invalid`. */
  readonly code: string;
  /** What the reader should do about it, one sentence. */
  readonly fix?: string;
  readonly context?: ErrorContext;
  readonly cause?: unknown;
  /** Milliseconds since the epoch before which trying again is pointless. Only for `rate-limit`. */
  readonly retryAt?: number;
}

/** An error whose kind is known. The message says what happened and where. */
export class TandemError extends Error {
  override readonly name = "TandemError";
  readonly kind: ErrorKind;
  readonly code: string;
  readonly fix: string | undefined;
  readonly context: ErrorContext;
  readonly retryAt: number | undefined;

  constructor(kind: ErrorKind, message: string, options: TandemErrorOptions) {
    super(message, options.cause === undefined ? undefined : { cause: options.cause });
    this.kind = kind;
    this.code = options.code;
    this.fix = options.fix;
    this.context = options.context ?? {};
    this.retryAt = options.retryAt;
  }
}

/** Shorthand for the most frequent kind: content or configuration that a person has to mend. */
export function userError(
  code: string,
  message: string,
  more: Omit<TandemErrorOptions, "code" | "retryAt"> = {},
): TandemError {
  return new TandemError("user", message, { code, ...more });
}

/** Makes a `TandemError` of anything thrown; what nobody classified is a bug. */
export function toTandemError(thrown: unknown): TandemError {
  if (thrown instanceof TandemError) return thrown;
  const message = thrown instanceof Error ? thrown.message : String(thrown);
  return new TandemError("bug", message, { code: "unexpected", cause: thrown });
}

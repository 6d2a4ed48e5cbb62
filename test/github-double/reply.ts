// What a route answers with, and the refusals that end it early.

/** An answer; `body` is sent as JSON. */
export interface Reply {
  readonly status: number;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: unknown;
}

export function ok(body: unknown): Reply {
  return { status: 200, body };
}

/** Ends a request with an error answer. */
export class Refused extends Error {
  override readonly name = "Refused";
  readonly reply: Reply;

  constructor(status: number, message: string, errors?: readonly unknown[]) {
    super(`${status} ${message}`);
    const more = errors === undefined ? {} : { errors };
    const documentation_url = "https://docs.github.com/rest";
    this.reply = { status, body: { message, ...more, documentation_url, status: String(status) } };
  }
}

export function notFound(): Refused {
  return new Refused(404, "Not Found");
}

export function forbidden(message = "Resource not accessible by personal access token"): Refused {
  return new Refused(403, message);
}

/** 422 with one error. */
export function invalid(error: Readonly<Record<string, string>> | string): Refused {
  return new Refused(422, "Validation Failed", [error]);
}

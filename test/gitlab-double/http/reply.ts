// What a route answers with, and the errors that end it early. GitLab's four error bodies are all used.

/** An answer. `body` is sent as JSON, `text` as it is. */
export interface Reply {
  readonly status: number;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: unknown;
  readonly text?: string | Buffer;
  readonly contentType?: string;
}

export function ok(body: unknown, headers?: Readonly<Record<string, string>>): Reply {
  return headers === undefined ? { status: 200, body } : { status: 200, body, headers };
}

export function created(body: unknown): Reply {
  return { status: 201, body };
}

export function noContent(): Reply {
  return { status: 204 };
}

/** Ends a request with an error answer. */
export class ApiError extends Error {
  override readonly name = "ApiError";
  readonly reply: Reply;

  constructor(status: number, body: unknown, headers?: Readonly<Record<string, string>>) {
    super(`${status} ${JSON.stringify(body)}`);
    this.reply = headers === undefined ? { status, body } : { status, body, headers };
  }
}

/** `{message: "404 <what> Not Found"}`. */
export function notFound(what?: string): ApiError {
  return new ApiError(404, { message: what === undefined ? "404 Not found" : `404 ${what} Not Found` });
}

export function forbidden(): ApiError {
  return new ApiError(403, { message: "403 Forbidden" });
}

export function notAllowed(): ApiError {
  return new ApiError(405, { message: "405 Method Not Allowed" });
}

export function unauthorized(): ApiError {
  return new ApiError(401, { message: "401 Unauthorized" });
}

/** `{message: "400 Bad request - …"}`. */
export function badRequest(message: string): ApiError {
  return new ApiError(400, { message: `400 Bad request - ${message}` });
}

/** `{error: "<parameter> is missing"}`: what GitLab's parameter checks answer. */
export function invalidParameter(text: string): ApiError {
  return new ApiError(400, { error: text });
}

/** `{message: {field: [text]}}`: a model that is not valid. */
export function invalidField(field: string, text: string, status = 400): ApiError {
  return new ApiError(status, { message: { [field]: [text] } });
}

/** `{message: [text]}`. */
export function refused(status: number, texts: readonly string[]): ApiError {
  return new ApiError(status, { message: texts });
}

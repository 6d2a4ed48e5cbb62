// A small client for the double's own API, so that tests need no library for it.

/** Token, JSON body and further headers of a request. */
export interface ApiRequest {
  readonly token?: string;
  readonly body?: unknown;
  readonly headers?: Readonly<Record<string, string>>;
}

/** What came back; `body` is parsed JSON, or text when it is none. */
export interface ApiAnswer {
  readonly status: number;
  readonly headers: Headers;
  // The body has the shape of whatever was asked for; tests know which.
  readonly body: unknown;
}

/** Sends a request to a path below `/api/v4`. */
export async function requestApi(
  url: string,
  method: string,
  path: string,
  request: ApiRequest = {},
): Promise<ApiAnswer> {
  const response = await fetch(`${url}/api/v4${path}`, {
    method,
    headers: {
      ...(request.token === undefined ? {} : { "PRIVATE-TOKEN": request.token }),
      ...(request.body === undefined ? {} : { "Content-Type": "application/json" }),
      Connection: "close",
      ...request.headers,
    },
    ...(request.body === undefined ? {} : { body: JSON.stringify(request.body) }),
  });
  const text = await response.text();
  return { status: response.status, headers: response.headers, body: parse(text) };
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return text;
  }
}

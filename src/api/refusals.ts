// Answers to requests that no endpoint takes, and to errors. JSON, without a word about our insides.
import type { ErrorRequestHandler, RequestHandler } from "express";
import type { Logger } from "../model/logger.ts";

/** 405 for a path that exists, with the methods that it has. */
export function methodNotAllowed(...allowed: readonly string[]): RequestHandler {
  return (_request, response) => {
    response.status(405).set("Allow", allowed.join(", ")).json({ status: "refused", reason: "method not allowed" });
  };
}

/** 404 for everything else. */
export const notFound: RequestHandler = (_request, response) => {
  response.status(404).json({ status: "refused", reason: "no such path" });
};

/** The last resort: a request that express could not read is 400, anything else is our bug. */
export function onError(logger: Logger): ErrorRequestHandler {
  // Express knows an error handler by its four parameters.
  return (error: unknown, request, response, _next) => {
    const isBadRequest = error instanceof Error && "status" in error && error.status === 400;
    if (!isBadRequest) logger.error({ error, method: request.method, path: request.path }, "request failed");
    if (response.headersSent) {
      request.destroy();
      return;
    }
    const [status, body] = isBadRequest
      ? [400, { status: "refused", reason: "the request cannot be read" }]
      : [500, { status: "failed", reason: "internal error, see the service's log" }];
    response.status(Number(status)).json(body);
  };
}

/** Headers for every answer. Nothing here is meant to be shown in a page, kept, or guessed at. */
export const securityHeaders: RequestHandler = (_request, response, next) => {
  response.set({
    "X-Content-Type-Options": "nosniff",
    "Content-Security-Policy": "default-src 'none'; frame-ancestors 'none'",
    "Referrer-Policy": "no-referrer",
    "Cache-Control": "no-store",
  });
  next();
};

// /admin: a login form, and bull-board, where dead jobs are seen and tried again. bull-board is known here only.
import { createBullBoard } from "@bull-board/api";
import { BullMQAdapter } from "@bull-board/api/bullMQAdapter";
import { ExpressAdapter } from "@bull-board/express";
import express, { type RequestHandler, Router } from "express";
import type { Clock } from "../../model/clock.ts";
import type { Logger } from "../../model/logger.ts";
import type { Secret } from "../../model/secret.ts";
import { methodNotAllowed } from "../refusals.ts";
import { isAdminToken, isAdmitted, sessionCookie } from "./admission.ts";

/** One of the queues, as the backend opened it. */
export type BoardQueue = ConstructorParameters<typeof BullMQAdapter>[0];

/** What the pages need. */
export interface AdminDeps {
  readonly token: Secret;
  readonly queues: readonly BoardQueue[];
  readonly clock: Clock;
  readonly logger: Logger;
}

const BOARD = "/admin/queues";
const LOGIN = "/admin/login";
const FORM_BYTES = 4_096;

/** Makes everything below /admin. */
export function adminPages(deps: AdminDeps): Router {
  const { token, clock, logger } = deps;
  const router = Router({ caseSensitive: true });
  const guard: RequestHandler = (request, response, next) => {
    if (isAdmitted(request.headers, token, clock.now())) next();
    else if (request.method === "GET" && request.headers.accept?.includes("text/html")) response.redirect(303, LOGIN);
    else
      response
        .status(401)
        .set("WWW-Authenticate", "Bearer")
        .json({ status: "refused", reason: "ADMIN_TOKEN is needed" });
  };
  router.use("/queues", guard, boardHeaders, createBoard(deps.queues));
  router
    .route("/login")
    .get(formHeaders, (_request, response) => {
      response.type("html").send(loginPage());
    })
    .post(formHeaders, express.urlencoded({ extended: false, limit: FORM_BYTES }), (request, response) => {
      const { token: given } = Object(request.body) as { token?: unknown };
      if (typeof given !== "string" || !isAdminToken(given, token)) {
        logger.warn({ from: request.socket.remoteAddress }, "a login to the admin pages was refused");
        response.status(401).type("html").send(loginPage("That is not the token."));
        return;
      }
      const isHttps = request.secure || request.headers["x-forwarded-proto"] === "https";
      response.set("Set-Cookie", sessionCookie(token, clock.now(), isHttps)).redirect(303, BOARD);
    })
    .all(methodNotAllowed("GET", "POST"));
  return router;
}

function createBoard(queues: readonly BoardQueue[]): RequestHandler {
  const serverAdapter = new ExpressAdapter().setBasePath(BOARD);
  createBullBoard({
    queues: queues.map((queue) => new BullMQAdapter(queue)),
    serverAdapter,
    options: { uiConfig: { boardTitle: "Tandem: jobs" } },
  });
  return serverAdapter.getRouter() as RequestHandler;
}

/** As strict as bull-board allows: its styles are inline, and the fonts that it asks Google for are not fetched. */
const boardHeaders = policy([
  "default-src 'none'",
  "script-src 'self'",
  "style-src 'self' 'unsafe-inline'",
  "img-src 'self' data:",
  "font-src 'self'",
  "connect-src 'self'",
  "base-uri 'self'",
  "form-action 'none'",
  "frame-ancestors 'none'",
]);
const formHeaders = policy(["default-src 'none'", "form-action 'self'", "base-uri 'none'", "frame-ancestors 'none'"]);

function policy(rules: readonly string[]): RequestHandler {
  return (_request, response, next) => {
    response.set("Content-Security-Policy", rules.join("; "));
    next();
  };
}

function loginPage(problem = ""): string {
  return `<!doctype html>
<html lang="en">
<head><meta charset="utf-8"><title>Tandem: log in</title></head>
<body>
<h1>Tandem: jobs</h1>
<p role="alert">${problem}</p>
<form method="post" action="${LOGIN}">
<label>ADMIN_TOKEN <input type="password" name="token" autocomplete="current-password" required autofocus></label>
<button>Log in</button>
</form>
</body>
</html>
`;
}

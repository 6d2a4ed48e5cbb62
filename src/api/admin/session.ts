// Logging in and out: the form, its answer, and the end of the session.
import express, { type Request, type Response, Router } from "express";
import type { Clock } from "../../model/clock.ts";
import type { Logger } from "../../model/logger.ts";
import type { Secret } from "../../model/secret.ts";
import type { Assets } from "../dashboard/assets.ts";
import { renderPage } from "../dashboard/page.ts";
import { pageHeaders } from "../dashboard/page-headers.ts";
import { methodNotAllowed } from "../refusals.ts";
import { viewerOf } from "../viewer.ts";
import { endedCookie, isAdminToken, isAdmitted, sessionCookie } from "./admission.ts";
import { loginPage } from "./login-page.ts";
import { returnPath } from "./return-path.ts";

/** What sessions need. */
export interface SessionDeps {
  readonly token: Secret;
  readonly assets: Assets;
  readonly clock: Clock;
  readonly logger: Logger;
}

/** Where a browser goes that came from nowhere. */
const BOARD = "/admin/queues";
const FORM_BYTES = 4_096;

/** Makes `/login` and `/logout`. */
export function sessionPages(deps: SessionDeps): Router {
  const { token, clock, logger } = deps;
  const router = Router({ caseSensitive: true });
  router
    .route("/login")
    .get(pageHeaders, (request, response) => {
      const [, query] = request.originalUrl.split("?");
      sendForm(deps, request, response, returnPath(new URLSearchParams(query).get("to")) ?? BOARD);
    })
    .post(pageHeaders, express.urlencoded({ extended: false, limit: FORM_BYTES }), (request, response) => {
      const { token: given, to } = Object(request.body) as { token?: unknown; to?: unknown };
      const path = returnPath(to) ?? BOARD;
      if (typeof given !== "string" || !isAdminToken(given, token)) {
        logger.warn({ from: request.socket.remoteAddress }, "a login to the admin pages was refused");
        response.status(401);
        sendForm(deps, request, response, path, "That is not the token.");
        return;
      }
      response.set("Set-Cookie", sessionCookie(token, clock.now(), isHttps(request))).redirect(303, path);
    })
    .all(methodNotAllowed("GET", "HEAD", "POST"));
  router
    .route("/logout")
    .post((request, response) => {
      // Only who has a session can end it: a form on another site sends no cookie along.
      if (isAdmitted(request.headers, token, clock.now())) response.set("Set-Cookie", endedCookie(isHttps(request)));
      response.redirect(303, "/");
    })
    .all(methodNotAllowed("POST"));
  return router;
}

function sendForm(
  { token, assets, clock }: SessionDeps,
  { headers }: Request,
  response: Response,
  path: string,
  problem?: string,
): void {
  const now = clock.now();
  const frame = { assets, viewer: viewerOf(headers, token, now), hasLogin: true, path, now };
  response.type("html").send(renderPage(frame, loginPage(path, problem)));
}

/** Whether the browser speaks HTTPS, with us or with the proxy before us. */
function isHttps(request: Request): boolean {
  return request.secure || request.headers["x-forwarded-proto"] === "https";
}

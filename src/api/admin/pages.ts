// /admin: sessions, and bull-board, where dead jobs are seen and tried again. bull-board is known here only.
import { createBullBoard } from "@bull-board/api";
import { BullMQAdapter } from "@bull-board/api/bullMQAdapter";
import { ExpressAdapter } from "@bull-board/express";
import { type RequestHandler, Router } from "express";
import { loginPath } from "../dashboard/page.ts";
import { isAdmitted } from "./admission.ts";
import { type SessionDeps, sessionPages } from "./session.ts";

/** One of the queues, as the backend opened it. */
export type BoardQueue = ConstructorParameters<typeof BullMQAdapter>[0];

/** What the pages need. */
export interface AdminDeps extends SessionDeps {
  readonly queues: readonly BoardQueue[];
}

const BOARD = "/admin/queues";

/** Makes everything below /admin. */
export function adminPages(deps: AdminDeps): Router {
  const { token, clock } = deps;
  const router = Router({ caseSensitive: true });
  const guard: RequestHandler = (request, response, next) => {
    if (isAdmitted(request.headers, token, clock.now())) next();
    else if (request.method === "GET" && request.headers.accept?.includes("text/html"))
      response.redirect(303, loginPath(request.originalUrl));
    else
      response
        .status(401)
        .set("WWW-Authenticate", "Bearer")
        .json({ status: "refused", reason: "ADMIN_TOKEN is needed" });
  };
  router.use("/queues", guard, boardHeaders, createBoard(deps.queues));
  router.use(sessionPages(deps));
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
const POLICY = [
  "default-src 'none'",
  "script-src 'self'",
  "style-src 'self' 'unsafe-inline'",
  "img-src 'self' data:",
  "font-src 'self'",
  "connect-src 'self'",
  "base-uri 'self'",
  "form-action 'none'",
  "frame-ancestors 'none'",
].join("; ");

const boardHeaders: RequestHandler = (_request, response, next) => {
  response.set("Content-Security-Policy", POLICY);
  next();
};

// GET /api/pairs, /api/pairs/:id, /api/jobs: what the pages show, for programs. Only GET; nothing here changes anything.
import { type Request, type RequestHandler, type Response, Router } from "express";
import type { z } from "zod";
import type { Clock } from "../../model/clock.ts";
import { toTandemError } from "../../model/errors.ts";
import type { Logger } from "../../model/logger.ts";
import type { Viewer } from "../../model/pair-view.ts";
import type { Secret } from "../../model/secret.ts";
import { withDeadline } from "../../model/with-deadline.ts";
import type { Board } from "../board.ts";
import { methodNotAllowed } from "../refusals.ts";
import { viewerOf } from "../viewer.ts";
import { openApiDocument } from "./openapi.ts";
import { readQuery } from "./read-query.ts";
import { type jobPageSchema, jobsQuery, type pairPageSchema, pairsQuery, type pairWithJobsSchema } from "./schemas.ts";

/** What the JSON needs. */
export interface BoardJsonDeps {
  readonly board: Board;
  /** ADMIN_TOKEN: who shows it sees more. Without it nobody does. */
  readonly token: Secret | undefined;
  readonly clock: Clock;
  readonly logger: Logger;
}

/** What is answered: a body, or a status with a reason. */
type Answer = { readonly body: object } | { readonly status: 400 | 404; readonly reason: string };

const BOARD_MS = 5_000;
const RETRY_AFTER_SECONDS = 5;

/** Makes the router. */
export function boardJson(deps: BoardJsonDeps): Router {
  const { board } = deps;
  const router = Router({ caseSensitive: true });
  const serve = (path: string, read: (request: Request, viewer: Viewer) => Promise<Answer>) =>
    router.route(path).get(answering(deps, read)).all(methodNotAllowed("GET", "HEAD"));

  const serveList = <T>(path: string, schema: z.ZodType<T>, read: (query: T, viewer: Viewer) => Promise<object>) =>
    serve(path, async ({ originalUrl }, viewer) => {
      const asked = readQuery(schema, originalUrl);
      if ("problem" in asked) return { status: 400, reason: asked.problem };
      return { body: await read(asked.query, viewer) };
    });

  serveList(
    "/api/pairs",
    pairsQuery,
    ({ page, ...filter }, viewer): Promise<z.infer<typeof pairPageSchema>> =>
      board.listPairs(present(filter), viewer, page),
  );
  serveList(
    "/api/jobs",
    jobsQuery,
    ({ page, ...filter }, viewer): Promise<z.infer<typeof jobPageSchema>> =>
      board.listJobs(present(filter), viewer, page),
  );

  serve("/api/pairs/:id", async ({ params }, viewer) => {
    const id = String(params.id);
    const pair = await board.readPair(id, viewer);
    if (!pair) return { status: 404, reason: "there is no such pair, or it is not public" };
    const body: z.infer<typeof pairWithJobsSchema> = { ...pair, jobs: await board.listPairJobs(id, viewer) };
    return { body };
  });

  const document = openApiDocument();
  serve("/api/openapi.json", async () => ({ body: document }));
  return router;
}

function answering(deps: BoardJsonDeps, read: (request: Request, viewer: Viewer) => Promise<Answer>): RequestHandler {
  const { token, clock, logger } = deps;
  return async (request, response) => {
    const viewer = viewerOf(request.headers, token, clock.now());
    // A program that shows a token is told that it is wrong; a browser whose session has ended sees what anybody sees.
    if (viewer === "public" && request.headers.authorization !== undefined) {
      response.set("WWW-Authenticate", "Bearer");
      refuse(response, 401, "ADMIN_TOKEN is needed, or no token at all");
      return;
    }
    try {
      const answer = await withDeadline(read(request, viewer), BOARD_MS, clock);
      if ("body" in answer) response.json(answer.body);
      else refuse(response, answer.status, answer.reason);
    } catch (thrown) {
      const error = toTandemError(thrown);
      if (error.kind !== "environment") throw error;
      logger.warn({ error }, "pairs could not be shown: the queue cannot be reached");
      response.set("Retry-After", String(RETRY_AFTER_SECONDS));
      refuse(response, 503, "the queue cannot be reached, try again later");
    }
  };
}

function refuse(response: Response, status: number, reason: string): void {
  response.status(status).json({ status: "refused", reason });
}

/** A filter without what is absent. */
function present<T extends object>(filter: T): { readonly [K in keyof T]: Exclude<T[K], undefined> } {
  return Object.fromEntries(Object.entries(filter).filter(([, value]) => value !== undefined)) as {
    [K in keyof T]: Exclude<T[K], undefined>;
  };
}

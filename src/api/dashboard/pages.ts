// The pages that people look at: reads the board, and makes a page of what it says. Only GET; nothing here changes anything.
import { type Request, type RequestHandler, type Response, Router } from "express";
import type { Clock } from "../../model/clock.ts";
import { toTandemError } from "../../model/errors.ts";
import type { Logger } from "../../model/logger.ts";
import type { Secret } from "../../model/secret.ts";
import { withDeadline } from "../../model/with-deadline.ts";
import type { Board } from "../board.ts";
import { methodNotAllowed } from "../refusals.ts";
import { viewerOf } from "../viewer.ts";
import type { Assets } from "./assets.ts";
import { healthPage } from "./health-page.ts";
import { awayPage, failedPage, unknownPairPage } from "./message-pages.ts";
import { type Frame, type PageBody, renderPage } from "./page.ts";
import { pageHeaders } from "./page-headers.ts";
import { pairPage } from "./pair-page.ts";
import { filterOf, readPairQuery } from "./pair-query.ts";
import { pairsPage } from "./pairs-page.ts";
import type { Expected } from "./warnings.ts";

/** What the pages need. */
export interface PagesDeps {
  readonly board: Board;
  /** ADMIN_TOKEN: who has shown it sees more. Without it nobody does. */
  readonly token: Secret | undefined;
  readonly expected: Expected;
  readonly assets: Assets;
  readonly clock: Clock;
  readonly logger: Logger;
}

/** Makes a page, or rejects when the board does. */
type MakePage = (request: Request, frame: Frame) => Promise<PageBody & { readonly status?: number }>;

const BOARD_MS = 5_000;
const RETRY_AFTER_SECONDS = 30;
const PAIR_ID = /^(?:gitlab|github)-\d{1,16}-\d{1,16}$/;

/** Makes `/`, `/pairs/:id` and `/health`. */
export function dashboardPages(deps: PagesDeps): Router {
  const { board, expected } = deps;
  const router = Router({ caseSensitive: true });
  const page = (path: string, make: MakePage) =>
    router.route(path).get(pageHeaders, answer(deps, make)).all(methodNotAllowed("GET", "HEAD"));

  page("/", async ({ originalUrl }, frame) => {
    const query = readPairQuery(new URLSearchParams(/\?(.*)$/s.exec(originalUrl)?.[1]), expected.routes);
    const pairs = await board.listPairs(filterOf(query), frame.viewer, query.page);
    return pairsPage(frame, { query, pairs, routes: expected.routes });
  });

  page("/pairs/:id", async ({ params }, frame) => {
    const id = String(params.id);
    const pair = PAIR_ID.test(id) ? await board.readPair(id, frame.viewer) : undefined;
    if (!pair) return { ...unknownPairPage(frame), status: 404 };
    return pairPage(frame, pair, await board.listPairJobs(id, frame.viewer));
  });

  page("/health", async (_request, frame) => {
    const [health, trend] = await Promise.all([board.readHealth(), board.readTrend(frame.viewer)]);
    return healthPage(frame, { health, trend, expected });
  });
  return router;
}

/** Answers with the page, or with one that says why there is none. */
function answer(deps: PagesDeps, make: MakePage): RequestHandler {
  return async (request, response) => {
    const frame = frameOf(deps, request);
    try {
      const { status = 200, ...body } = await withDeadline(make(request, frame), BOARD_MS, deps.clock);
      send(response, status, renderPage(frame, body));
    } catch (thrown) {
      const error = toTandemError(thrown);
      const isAway = error.kind === "environment";
      if (isAway) {
        deps.logger.warn({ error }, "a page could not be shown: the queue cannot be reached");
        response.set("Retry-After", String(RETRY_AFTER_SECONDS));
      } else deps.logger.error({ error, path: request.path }, "a page could not be made");
      send(response, isAway ? 503 : 500, renderPage(frame, isAway ? awayPage() : failedPage()));
    }
  };
}

function frameOf({ assets, clock, token }: PagesDeps, { headers, originalUrl }: Request): Frame {
  const now = clock.now();
  return { assets, viewer: viewerOf(headers, token, now), hasLogin: token !== undefined, path: originalUrl, now };
}

function send(response: Response, status: number, page: string): void {
  response.status(status).type("html").send(page);
}

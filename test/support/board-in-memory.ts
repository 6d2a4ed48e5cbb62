// A board of what a test says there is. It keeps the rules of the port: who sees what, which order, which page.
import type { Board } from "../../src/api/board.ts";
import { TandemError } from "../../src/model/errors.ts";
import type { HealthView, JobView, Page, PairView, TrendView, Viewer } from "../../src/model/pair-view.ts";

/** What a test may set while the board is in use. */
export interface MemoryBoard extends Board {
  state: "up" | "down" | "silent" | "broken";
  pairs: readonly PairView[];
  jobsOf: (pair: PairView) => readonly JobView[];
  health: HealthView;
  trend: TrendView;
  pageSize: number;
}

/** Makes an empty board. */
export function boardInMemory(): MemoryBoard {
  const sees = (viewer: Viewer) => (item: { readonly isPublic: boolean }) => viewer === "admin" || item.isPublic;
  const up = async (): Promise<void> => {
    if (board.state === "down")
      throw new TandemError("environment", "redis://u:hidden-password@h is away", { code: "queue-unreachable" });
    if (board.state === "broken") throw new Error("a bug with hidden-password in it");
    if (board.state === "silent") await new Promise(() => {});
  };
  const pageOf = <T>(items: readonly T[], page: number): Page<T> => {
    const { pageSize } = board;
    return { items: items.slice((page - 1) * pageSize, page * pageSize), total: items.length, page, pageSize };
  };
  const board: MemoryBoard = {
    state: "up",
    pairs: [],
    jobsOf: () => [],
    health: { queues: [], sweeps: [], heard: [] },
    trend: { opened: [], hours: [] },
    pageSize: 50,
    async listPairs(filter, viewer, page) {
      await up();
      const found = board.pairs.filter(
        (pair) =>
          sees(viewer)(pair) &&
          (filter.route === undefined || pair.route === filter.route) &&
          pair.package.toLowerCase().includes((filter.package ?? "").toLowerCase()) &&
          (filter.state === undefined || pair.state === filter.state) &&
          (filter.life === undefined || isOpen(pair) === (filter.life === "open")),
      );
      return pageOf(
        found.toSorted((a, b) => b.lastEventAt - a.lastEventAt),
        page,
      );
    },
    async readPair(id, viewer) {
      await up();
      return board.pairs.find((pair) => pair.id === id && sees(viewer)(pair));
    },
    async listPairJobs(id, viewer) {
      const pair = await board.readPair(id, viewer);
      return pair ? board.jobsOf(pair).filter(sees(viewer)) : [];
    },
    async listJobs({ queue, state }, viewer, page) {
      await up();
      const jobs = board.pairs.flatMap((pair) => board.jobsOf(pair)).filter(sees(viewer));
      const found = jobs.filter((job) => (queue ?? job.queue) === job.queue && (state ?? job.state) === job.state);
      return pageOf(
        found.toSorted((a, b) => b.addedAt - a.addedAt),
        page,
      );
    },
    async readHealth() {
      await up();
      return board.health;
    },
    async readTrend() {
      await up();
      return board.trend;
    },
  };
  return board;
}

function isOpen({ source, dist }: PairView): boolean {
  return source.state === "opened" || dist?.state === "opened";
}

// BullMQ on PostgreSQL. Also the upper half of the embedded backend, which brings its own server.
import {
  createPostgresBackend,
  type PgPool,
  type Processor,
  type Queue,
  runMigrations,
  type Worker,
  withBackend,
} from "bullmq";
import { Pool, type PoolConfig } from "pg";
import type { Logger } from "../model/logger.ts";
import type { Secret } from "../model/secret.ts";
import type { Backend, WorkerSettings } from "./backend.ts";
import { createComplaints } from "./complaints.ts";

const SCHEMA = "bullmq";
// BullMQ keeps one client of a pool for LISTEN, so a pool of one would deadlock.
const POOL_SIZE = 3;

/** Connects to a PostgreSQL server, and creates BullMQ's tables when they are missing. */
export async function openPostgres(url: Secret, logger: Logger): Promise<Backend> {
  return openPool({ connectionString: url.reveal(), options: `-c search_path=${SCHEMA}` }, logger, () => {});
}

/**
 * Makes a backend of a pool configuration.
 * @param prepare is given every new pool before it is used
 */
export async function openPool(config: PoolConfig, logger: Logger, prepare: (pool: Pool) => void): Promise<Backend> {
  const bullmq = withBackend(createPostgresBackend);
  const complain = createComplaints(logger);
  const pools: Pool[] = [];
  const openOne = (): Pool => {
    const pool = new Pool({ ...config, max: POOL_SIZE });
    // Every queue and worker on the pool listens for its errors, and there are many of them.
    pool.setMaxListeners(0);
    pool.on("error", complain);
    prepare(pool);
    pools.push(pool);
    return pool;
  };
  const main = openOne();
  const client = await main.connect();
  try {
    await runMigrations(client, SCHEMA);
  } finally {
    client.release();
  }

  return {
    openQueue(name) {
      const queue = new bullmq.Queue(name, { connection: main as unknown as PgPool });
      queue.on("error", complain);
      return queue as unknown as Queue;
    },
    openWorker(name: string, processor: Processor, settings: WorkerSettings) {
      const worker = new bullmq.Worker(name, processor, { connection: openOne() as unknown as PgPool, ...settings });
      worker.on("error", complain);
      return worker as unknown as Worker;
    },
    async ping() {
      await main.query("select 1");
    },
    async close() {
      await Promise.all(pools.map((pool) => pool.end()));
    },
  };
}

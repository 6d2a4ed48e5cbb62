// Everything that a queue holds, as text.
import { join } from "node:path";
import { PGlite } from "@electric-sql/pglite";
import { Redis } from "ioredis";

/** The rows of an embedded queue that nobody has open. */
export async function dumpEmbedded(directory: string): Promise<string> {
  const database = await PGlite.create(join(directory, "data"));
  try {
    const tables = await database.query<{ name: string }>(
      "select format('%I.%I', schemaname, tablename) as name from pg_tables where schemaname = 'bullmq'",
    );
    let text = "";
    for (const { name } of tables.rows) text += JSON.stringify((await database.query(`select * from ${name}`)).rows);
    return text;
  } finally {
    await database.close();
  }
}

/** The keys and values of a Redis. */
export async function dumpRedis(url: string): Promise<string> {
  const redis = new Redis(url);
  try {
    let text = "";
    let cursor = "0";
    do {
      const [next, keys] = await redis.scan(cursor);
      cursor = next;
      for (const key of keys) text += `${key} ${JSON.stringify(await contentOf(redis, key))}\n`;
    } while (cursor !== "0");
    return text;
  } finally {
    redis.disconnect();
  }
}

async function contentOf(redis: Redis, key: string): Promise<unknown> {
  switch (await redis.type(key)) {
    case "string":
      return redis.get(key);
    case "hash":
      return redis.hgetall(key);
    case "list":
      return redis.lrange(key, 0, -1);
    case "set":
      return redis.smembers(key);
    case "zset":
      return redis.zrange(key, "0", "-1", "WITHSCORES");
    case "stream":
      return redis.xrange(key, "-", "+");
    default:
      return undefined;
  }
}

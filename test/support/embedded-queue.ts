// Embedded queues that need not be created first. PostgreSQL takes four seconds of CPU time for that, whatever a test is about:
// the first that asks for a queue creates one as the service does, and all get copies of it.
// Queues that begin with nothing: test/integration/queue/queue.test.ts, test/integration/cli/replay.test.ts.
import { cpSync, existsSync, mkdirSync, mkdtempSync, readFileSync, renameSync, rmSync } from "node:fs";
import { join } from "node:path";
import { openBackend } from "../../src/queue/open-backend.ts";
import { recordingLogger } from "./recording-logger.ts";

const ROOT = join(import.meta.dirname, import.meta.filename.endsWith(".ts") ? "../.." : "../../..");
const CACHE = join(ROOT, "node_modules/.cache/tandem");

/** Puts an empty queue into a directory, unless there is one. */
export async function prepareEmbeddedQueue(directory: string): Promise<void> {
  if (existsSync(join(directory, "data"))) return;
  // Another release may write other files.
  const template = join(CACHE, `queue-${versionOf("@electric-sql/pglite")}-${versionOf("bullmq")}`);
  if (!existsSync(template)) await create(template);
  mkdirSync(directory, { recursive: true, mode: 0o700 });
  cpSync(template, join(directory, "data"), { recursive: true });
}

/** Creates it beside its place, which it takes when it is complete; another process may be quicker. */
async function create(template: string): Promise<void> {
  mkdirSync(CACHE, { recursive: true });
  // A short path: there will be a socket.
  const directory = mkdtempSync(join(CACHE, "q-"));
  try {
    const backend = await openBackend({ kind: "embedded", directory }, "consume", recordingLogger());
    await backend.close();
    if (!existsSync(template)) renameSync(join(directory, "data"), template);
  } catch (error) {
    if (!existsSync(template)) throw error;
  } finally {
    rmSync(directory, { recursive: true, force: true });
  }
}

function versionOf(name: string): string {
  const { version } = JSON.parse(readFileSync(join(ROOT, "node_modules", name, "package.json"), "utf8"));
  return String(version);
}

// Judges the queue's server.
import type { QueueFacts } from "../../model/queue-facts.ts";
import { failed, ok, type Remark, warning } from "./finding.ts";
import { size } from "./words.ts";

type RedisFacts = Extract<QueueFacts, { kind: "redis" }>;

/** BullMQ asks for it. https://docs.bullmq.io/guide/connections */
const LEAST_VERSION = [6, 2] as const;
const MOST_USED = 0.8;

/** Lines about a queue that answered. `where` is its address without user and password. */
export function judgeQueue(facts: QueueFacts, where: string): readonly Remark[] {
  switch (facts.kind) {
    case "redis":
      return [
        facts.isReplica ? replica() : ok("queue", `${where} answers`),
        judgeVersion(facts),
        judgePersistence(facts),
        judgeEviction(facts),
        judgeMemory(facts),
      ];
    case "postgres":
      return [
        ok("queue", `${where} answers`),
        facts.version === undefined ? unread("version") : ok("version", facts.version),
      ];
    case "embedded":
      return [
        ok("queue", `embedded in ${facts.directory}, for trials${facts.isInUse ? "; a process has it open" : ""}`),
      ];
  }
}

function replica(): Remark {
  const fix = "Point QUEUE_URL at the master, or at an address that follows it.";
  return failed("queue", "this Redis is a replica and takes no jobs", fix);
}

function judgeVersion({ version }: RedisFacts): Remark {
  if (version === undefined) return unread("version");
  const [major = 0, minor = 0] = version.split(".").map(Number);
  const [leastMajor, leastMinor] = LEAST_VERSION;
  if (major > leastMajor || (major === leastMajor && minor >= leastMinor)) return ok("version", version);
  const least = LEAST_VERSION.join(".");
  return failed("version", `${version} is older than ${least}`, `Use Redis ${least} or newer.`);
}

function judgePersistence({ isAppendOnly }: RedisFacts): Remark {
  const name = "persistence";
  if (isAppendOnly === undefined) return unread("appendonly");
  if (isAppendOnly) return ok(name, "appendonly yes");
  // The sweep finds again what was lost.
  const found = "appendonly no: jobs are lost when Redis restarts, and wait for the next sweep";
  return warning(name, found, "Set appendonly yes.");
}

function judgeEviction({ evictionPolicy }: RedisFacts): Remark {
  const name = "eviction";
  if (evictionPolicy === undefined) return unread("maxmemory-policy");
  if (evictionPolicy === "noeviction") return ok(name, "maxmemory-policy noeviction");
  const found = `maxmemory-policy ${evictionPolicy}: Redis may drop parts of jobs, which then never end`;
  return failed(name, found, "Set maxmemory-policy noeviction.");
}

function judgeMemory({ usedBytes, maxBytes }: RedisFacts): Remark {
  const name = "memory";
  if (usedBytes === undefined || maxBytes === undefined) return unread(name);
  if (maxBytes === 0) return ok(name, `${size(usedBytes)} used, without a limit`);
  const found = `${size(usedBytes)} of ${size(maxBytes)} used`;
  if (usedBytes < maxBytes * MOST_USED) return ok(name, found);
  return warning(
    name,
    `${found}: a full Redis takes no deliveries`,
    "Raise maxmemory, or see what else is kept there.",
  );
}

/** A managed server may keep it to itself. */
function unread(name: string): Remark {
  return warning(name, "could not be read", "Look it up where the server is managed.");
}

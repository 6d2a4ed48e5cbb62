// What nobody can do without when deliveries are put into a queue: express, JSON, and one `add` of BullMQ with the options
// that Tandem uses. It asks nobody for a proof, routes nothing, logs nothing and counts nothing.
import { Queue } from "bullmq";
import express from "express";
import { Redis } from "ioredis";

const [port, redisUrl] = process.argv.slice(2);

const queue = new Queue("mirror", { connection: new Redis(redisUrl ?? "", { maxRetriesPerRequest: 1 }) });
const app = express();
app.use(express.json({ limit: "25mb" }));
app.post("/", async (request, response) => {
  const { project, object_attributes: about } = request.body;
  const origin = request.header("idempotency-key") ?? "";
  const subject = `gitlab~${project.id}~${about.iid}`;
  const job = { v: 1, queue: "mirror", forge: "gitlab", projectId: project.id, iid: about.iid, origin };
  await queue.add("mirror", job, {
    jobId: `${origin}~${subject}`,
    deduplication: { id: subject, keepLastIfActive: true },
    attempts: 12,
    backoff: { type: "by-error-kind" },
    removeOnComplete: { age: 3 * 24 * 3600 },
    removeOnFail: { age: 30 * 24 * 3600 },
    stackTraceLimit: 20,
  });
  response.status(202).json({ status: "accepted", jobs: 1 });
});
app.get("/", (_, response) => {
  response.end();
});
app.listen(Number(port), "127.0.0.1");

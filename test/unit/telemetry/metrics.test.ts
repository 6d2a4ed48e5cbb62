// The exposition of the metrics.
import { expect, it } from "@jest/globals";
import { createMetrics } from "../../../src/telemetry/metrics.ts";

it("counts by label, and shows the process as well", async () => {
  const metrics = createMetrics();
  metrics.delivery("Push Hook", "ignored");
  metrics.delivery("Push Hook", "ignored");
  metrics.job("mirror", "done", 0.2);
  metrics.forgeCall("GET /projects/:id", 404, 0.1);
  metrics.gitCommand("fetch", "failed", 3);
  const { contentType, text } = await metrics.render();
  expect(contentType).toContain("text/plain");
  for (const line of [
    'tandem_deliveries_total{event="Push Hook",result="ignored"} 2',
    'tandem_job_seconds_count{queue="mirror",result="done"} 1',
    'tandem_forge_call_seconds_count{route="GET /projects/:id",status="404"} 1',
    'tandem_git_command_seconds_count{command="fetch",result="failed"} 1',
  ]) {
    expect(text).toContain(line);
  }
  expect(text).toContain("process_cpu_seconds_total");
});

it("keeps two registries apart", async () => {
  createMetrics().delivery("Push Hook", "ignored");
  expect((await createMetrics().render()).text).not.toContain("Push Hook");
});

it("shows the other metrics when one cannot be read", async () => {
  const metrics = createMetrics();
  metrics.gauge("tandem_good", "Good.", () => 7);
  metrics.gauge("tandem_bad", "Bad.", () => Promise.reject(new Error("queue is away")));
  const { text } = await metrics.render();
  expect(text).toContain("tandem_good 7");
  expect(text).toContain("tandem_bad Nan");
});

// The exposition of the metrics.
import { expect, it } from "@jest/globals";
import { createMetrics } from "../../../src/telemetry/metrics.ts";

it("counts by label, and shows the process as well", async () => {
  const metrics = createMetrics();
  metrics.delivery("Push Hook", "ignored");
  metrics.delivery("Push Hook", "ignored");
  metrics.job("mirror", "done", 0.2);
  metrics.forgeCall("GET /projects/:id", 404, 0.1);
  const { contentType, text } = await metrics.render();
  expect(contentType).toContain("text/plain");
  for (const line of [
    'tandem_deliveries_total{event="Push Hook",result="ignored"} 2',
    'tandem_job_seconds_count{queue="mirror",result="done"} 1',
    'tandem_forge_call_seconds_count{route="GET /projects/:id",status="404"} 1',
  ]) {
    expect(text).toContain(line);
  }
  expect(text).toContain("process_cpu_seconds_total");
});

it("keeps two registries apart", async () => {
  createMetrics().delivery("Push Hook", "ignored");
  expect((await createMetrics().render()).text).not.toContain("Push Hook");
});

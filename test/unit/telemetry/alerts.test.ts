// The alert rules speak of metrics that exist, and each alert has its entry in the runbook and the other way round.
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "@jest/globals";
import { parse } from "yaml";
import { createMetrics } from "../../../src/telemetry/metrics.ts";

interface Rule {
  readonly alert: string;
  readonly expr: string;
  readonly labels: { readonly severity: string };
  readonly annotations: { readonly summary: string; readonly runbook: string };
}

const deploy = join(import.meta.dirname, "../../../deploy");
const file = parse(readFileSync(join(deploy, "alerts.yaml"), "utf8")) as {
  readonly groups: readonly { readonly rules: readonly Rule[] }[];
};
const rules = file.groups.flatMap((group) => group.rules);
const runbook = readFileSync(join(deploy, "RUNBOOK.md"), "utf8");
const entries = runbook.split(/^## /m).slice(1);

/** Names in an expression that look like ours. */
const namesIn = (expr: string): readonly string[] => expr.match(/\btandem_\w+/g) ?? [];

async function exposed(): Promise<ReadonlySet<string>> {
  const { text } = await createMetrics().render();
  const names = [...text.matchAll(/^# TYPE (\S+) (\S+)$/gm)].flatMap(([, name = "", type]) =>
    type === "histogram" ? ["_bucket", "_sum", "_count"].map((end) => `${name}${end}`) : [name],
  );
  return new Set(names);
}

describe("the alert rules", () => {
  it.each(rules.map((rule) => [rule.alert, rule] as const))("%s names metrics that exist", async (_, rule) => {
    const known = await exposed();
    const names = namesIn(rule.expr);
    expect(names.filter((name) => !known.has(name))).toEqual([]);
    expect(names.length > 0 || rule.expr.includes("up{")).toBe(true);
    expect(rule.labels.severity).toMatch(/^(?:critical|warning)$/);
    expect(rule.annotations.runbook).toBe(`deploy/RUNBOOK.md#${rule.alert.toLowerCase()}`);
  });

  it("each have an entry in the runbook, and no entry is of an alert that is gone", () => {
    const headings = entries.map((entry) => entry.split("\n", 1)[0]);
    expect(headings).toEqual(rules.map(({ alert }) => alert));
  });

  it.each(entries.map((entry) => [entry.split("\n", 1)[0], entry]))(
    "the entry of %s says meaning, check and fix",
    (_, entry) => {
      for (const part of ["**Meaning.**", "**Check.**", "**Fix.**"]) expect(entry).toContain(part);
    },
  );

  it("speak of metrics that are named in the runbook correctly", async () => {
    const known = await exposed();
    const bases = new Set([...known].map((name) => name.replace(/_(?:bucket|sum|count)$/, "")));
    expect(namesIn(runbook).filter((name) => !known.has(name) && !bases.has(name))).toEqual([]);
  });
});

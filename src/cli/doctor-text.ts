// What the doctor found, for people and for programs. Pure.
import type { Finding, Level } from "../admin/doctor/finding.ts";

const WIDTH = "warning".length + 2;

/** Grouped, a line each, and a line that counts. */
export function doctorText(findings: readonly Finding[]): string {
  const groups = [...new Set(findings.map(({ group }) => group))];
  const lines = groups.flatMap((group) => [
    group,
    ...findings.filter((finding) => finding.group === group).map((finding) => `  ${lineOf(finding)}`),
    "",
  ]);
  return `${lines.join("\n")}\n${summaryOf(findings)}\n`;
}

/** All findings in order, and how many there are of each level. */
export function doctorJson(findings: readonly Finding[]): string {
  const counts = countsOf(findings);
  return `${JSON.stringify({ ok: counts.failed === 0, counts, findings }, null, 2)}\n`;
}

function lineOf({ level, name, found, fix }: Finding): string {
  const advice = fix === undefined ? "" : `. ${fix}`;
  return `${level.padEnd(WIDTH)}${name}: ${found.replace(/\.$/, "")}${advice}`;
}

function summaryOf(findings: readonly Finding[]): string {
  const { ok, warning, failed } = countsOf(findings);
  return `${ok} ok, ${warning} ${warning === 1 ? "warning" : "warnings"}, ${failed} failed`;
}

function countsOf(findings: readonly Finding[]): Readonly<Record<Level, number>> {
  const of = (level: Level) => findings.filter((finding) => finding.level === level).length;
  return { ok: of("ok"), warning: of("warning"), failed: of("failed") };
}

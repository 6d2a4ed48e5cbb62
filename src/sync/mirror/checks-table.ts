// The checks of a dist-git merge request as a table of the comment. Pure.
import type { Check, Pipeline, PipelineState } from "../../forge/forge.ts";
import { shortSha } from "../../model/ids.ts";
import { inlineCode, neutraliseProse } from "../marks/neutralise.ts";
import { webLink } from "../marks/web-link.ts";
import type { PipelineChecks } from "./telling.ts";

const MAX_ROWS = 50;
// GitHub takes 65,536 characters for the whole comment; escaped names and long addresses need much room.
const MAX_CHARACTERS = 30_000;
const MAX_NAME = 100;

// Signs of plain text, which no forge makes a picture of.
const SIGNS: Readonly<Record<PipelineState, string>> = { success: "✓", failed: "✗", running: "▸", pending: "·" };

/** The lines of the table: each pipeline followed by its checks. None without pipelines. */
export function checksTable(pipelines: readonly PipelineChecks[]): readonly string[] {
  if (pipelines.length === 0) return [];
  const rows = pipelines.flatMap(({ pipeline, checks }) => [pipelineRow(pipeline), ...checks.map(checkRow)]);
  const shown = rows.slice(0, countThatFit(rows));
  const more = rows.length - shown.length;
  return [
    "| check | result | time | |",
    "| --- | --- | --- | --- |",
    ...shown,
    ...(more > 0 ? ["", `and ${more} more: see the pipelines.`] : []),
  ];
}

function countThatFit(rows: readonly string[]): number {
  let length = 0;
  const tooLong = rows.findIndex((row) => {
    length += row.length + 1;
    return length > MAX_CHARACTERS;
  });
  return Math.min(MAX_ROWS, tooLong < 0 ? rows.length : tooLong);
}

function pipelineRow({ id, kind, sha, state, stateName, webUrl }: Pipeline): string {
  const name = `**${kind === "external" ? "external pipeline" : "pipeline"} ${id}** for ${inlineCode(shortSha(sha))}`;
  return row([name, resultOf(state, stateName), "", webLink("open", webUrl)]);
}

function checkRow({ name, state, stateName, allowFailure, seconds, webUrl }: Check): string {
  const excuse = state === "failed" && allowFailure ? ", which is allowed" : "";
  const page = webUrl === undefined ? "" : webLink("open", webUrl);
  const shown = neutraliseProse(name, MAX_NAME) || "(no name)";
  return row([shown, `${resultOf(state, stateName)}${excuse}`, durationOf(seconds), page === "open" ? "" : page]);
}

function row(cells: readonly string[]): string {
  return `| ${cells.join(" | ")} |`;
}

function resultOf(state: PipelineState, stateName: string): string {
  return `${SIGNS[state]} ${neutraliseProse(stateName.replaceAll("_", " "), MAX_NAME) || state}`;
}

/** The two largest units, e.g. `1 h 2 min`. */
function durationOf(seconds: number | undefined): string {
  if (seconds === undefined || !Number.isFinite(seconds) || seconds < 0) return "";
  const whole = Math.round(seconds);
  const [h, min, s] = [Math.floor(whole / 3600), Math.floor((whole % 3600) / 60), whole % 60];
  if (h > 0) return `${h} h ${min} min`;
  return min > 0 ? `${min} min ${s} s` : `${s} s`;
}

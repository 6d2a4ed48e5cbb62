// The text of the one comment on a source-git merge request. Pure; the same facts give the same text to the byte.
import { parseStatusMark, renderStatusMark, type StatusMark } from "../marks/marker.ts";
import { inlineCode, neutraliseProse } from "../marks/neutralise.ts";
import { checksTable } from "./checks-table.ts";
import { wordsFor } from "./comment-words.ts";
import type { CommentFacts } from "./telling.ts";
import { kindOf, linkTo } from "./words.ts";

// GitHub takes 65,536 characters. The parts' own bounds keep what follows the mark below 45,000.
const MAX_MARK = 15_000;
const MAX_NOTES = 10;
const MAX_NOTE = 500;

/**
 * Renders the comment: state in one line, the dist-git merge request, checks, notes, what to do next, commands, and what
 * the last command did. Shorter than 60,000 characters, whatever strangers wrote.
 */
export function renderComment(facts: CommentFacts): string {
  const { state, next } = wordsFor(facts);
  const { said } = facts.mark;
  const paragraphs = [
    `${markLine(facts.mark)}\n**Tandem**: ${state}`,
    ...pairLine(facts),
    checksTable(facts.pipelines).join("\n"),
    facts.notes
      .slice(0, MAX_NOTES)
      .map((note) => `- ${neutraliseProse(note, MAX_NOTE)}`)
      .join("\n"),
    ...next,
    commands(facts),
    said === undefined ? "" : `Last command: ${neutraliseProse(said, MAX_NOTE)}`,
  ];
  return paragraphs.filter((paragraph) => paragraph !== "").join("\n\n");
}

/** A mark that could not be read back would forget which commands were answered: rather the two long texts are left out. */
function markLine(mark: StatusMark): string {
  const line = renderStatusMark(mark);
  if (line.length <= MAX_MARK && parseStatusMark(line)) return line;
  const { said: _said, notes: _notes, ...rest } = mark;
  return renderStatusMark(rest);
}

function pairLine({ mergeRequest, distProject }: CommentFacts): readonly string[] {
  if (!mergeRequest) return [];
  const { sourceBranch, targetBranch, draft, state } = mergeRequest;
  const branches = `${inlineCode(sourceBranch)} → ${inlineCode(targetBranch)}`;
  const word = state === "opened" ? (draft ? "draft" : "open") : state;
  return [`Dist-git merge request: ${linkTo(mergeRequest, distProject)} (${branches}), ${word}`];
}

const COMMANDS: readonly (readonly [name: string, does: string])[] = [
  ["status", "look again and bring this comment up to date"],
  ["sync", "make the dist-git commit anew, now"],
  ["retest", "start a new pipeline for the dist-git merge request"],
  ["recreate", "replace the dist-git merge request by a new one"],
  ["help", "show this list"],
];

function commands({ telling, mark, source, prefix }: CommentFacts): string {
  const asks = telling.tells === "waiting" || mark.awaits !== undefined || mark.approved !== undefined;
  const all = asks ? [...COMMANDS, ["ok", "let the present head pass; for members only"] as const] : COMMANDS;
  return [
    "<details><summary>Commands</summary>",
    "",
    `Comments on this ${kindOf(source)} by its author or a member of the project:`,
    "",
    ...all.map(([name, does]) => `- ${inlineCode(`${prefix} ${name}`)}: ${does}`),
    "",
    "</details>",
  ].join("\n");
}

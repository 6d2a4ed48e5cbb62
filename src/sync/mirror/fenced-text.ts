// Text for dist-git that differs from the source merge request's own: a fenced code block with the info string `dist-git` in
// its description. Fences by CommonMark 0.31 (spec.commonmark.org, 4.5), outside of lists and quotes.

const INFO = "dist-git";

/** Title and body for dist-git. */
export interface FencedText {
  readonly title: string;
  /** Without empty lines at both ends; empty when there is none. */
  readonly body: string;
}

interface Fence {
  readonly indent: number;
  readonly sign: string;
  readonly length: number;
  readonly info: string;
}

/**
 * The first such block that is not empty. Its first line is the title, the rest the body. A block that nothing closes runs
 * to the end of the text. Line ends are `\n`.
 */
export function findFencedText(description: string): FencedText | undefined {
  const lines = description.split("\n");
  for (let at = 0; at < lines.length; at++) {
    if (/^ {0,3}<!--/.test(lines[at] ?? "")) {
      at = endOfComment(lines, at);
      continue;
    }
    const fence = openingFence(lines[at] ?? "");
    if (!fence) continue;
    const end = endOfBlock(lines, at + 1, fence);
    const text = fence.info === INFO ? textOf(lines.slice(at + 1, end), fence) : undefined;
    if (text) return text;
    at = end;
  }
  return undefined;
}

function openingFence(line: string): Fence | undefined {
  const [, indent = "", run = "", info = ""] = /^( {0,3})(`{3,}|~{3,})(.*)$/.exec(line) ?? [];
  const sign = run[0];
  // Otherwise it would be inline code.
  if (sign === undefined || (sign === "`" && info.includes("`"))) return undefined;
  return { indent: indent.length, sign, length: run.length, info: info.trim() };
}

/** Index of the closing fence, or the number of lines. */
function endOfBlock(lines: readonly string[], from: number, { sign, length }: Fence): number {
  for (let at = from; at < lines.length; at++) {
    const [, run = ""] = /^ {0,3}(`+|~+)[ \t]*$/.exec(lines[at] ?? "") ?? [];
    if (run[0] === sign && run.length >= length) return at;
  }
  return lines.length;
}

/** Index of the line in which an HTML comment ends: a template may show the block inside one. */
function endOfComment(lines: readonly string[], from: number): number {
  let at = from;
  while (at < lines.length && !lines[at]?.includes("-->")) at++;
  return at;
}

function textOf(block: readonly string[], { indent }: Fence): FencedText | undefined {
  const lines = block.map((line) => line.slice(Math.min(indent, line.length - line.trimStart().length)));
  const first = lines.findIndex((line) => line.trim() !== "");
  if (first < 0) return undefined;
  const body = lines.slice(first + 1).join("\n");
  return { title: (lines[first] ?? "").trim(), body: body.replace(/^(?:[ \t]*\n)+/, "").trimEnd() };
}

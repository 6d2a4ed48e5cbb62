// Markdown of comments and descriptions as HTML: the little of it that bots and people need. All else stays text.
import { type Html, html, link } from "./html.ts";

/** Renders a text. HTML in it is shown as text; comments are left out, and `<details>` with a summary folds. */
export function renderMarkdown(markdown: string): Html {
  const text = markdown.replace(/\r\n?/g, "\n").replace(/<!--.*?-->\n?/gs, "");
  return renderLines(text.split("\n"));
}

interface Kind {
  /** Whether a line belongs to such a block. */
  readonly takes: (line: string) => boolean;
  readonly render: (lines: readonly string[]) => Html;
}

const SUMMARY = /^<details><summary>([^<>]*)<\/summary>$/;
const KINDS: readonly Kind[] = [
  { takes: (line) => line.trim() === "", render: () => html`` },
  { takes: (line) => line.startsWith("|"), render: table },
  { takes: (line) => line.startsWith(">"), render: quotation },
  { takes: (line) => /^[-*] /.test(line), render: list },
];
const PARAGRAPH: Kind = { takes: () => true, render: paragraph };

/** Blocks with an end of their own come first; what is not ended goes to the end. */
function renderLines(lines: readonly string[]): Html {
  const parts: Html[] = [];
  for (let at = 0; at < lines.length; ) {
    const line = lines[at] ?? "";
    const summary = SUMMARY.exec(line)?.[1];
    if (summary !== undefined || line.startsWith("```")) {
      const end = endOf(lines, at + 1, summary === undefined ? "```" : "</details>");
      const inside = lines.slice(at + 1, end);
      parts.push(
        summary === undefined
          ? html`<pre>${inside.join("\n")}</pre>`
          : html`<details><summary>${summary}</summary>${renderLines(inside)}</details>`,
      );
      at = end + 1;
    } else {
      const end = endOfBlock(lines, at);
      parts.push(kindOf(line).render(lines.slice(at, end)));
      at = end;
    }
  }
  return html`${parts}`;
}

function endOf(lines: readonly string[], from: number, mark: string): number {
  const end = lines.findIndex((line, at) => at >= from && line === mark);
  return end < 0 ? lines.length : end;
}

function endOfBlock(lines: readonly string[], from: number): number {
  const kind = kindOf(lines[from] ?? "");
  let end = from + 1;
  while (end < lines.length) {
    const line = lines[end] ?? "";
    if (kindOf(line) !== kind || SUMMARY.test(line) || line.startsWith("```")) break;
    end++;
  }
  return end;
}

function kindOf(line: string): Kind {
  return KINDS.find(({ takes }) => takes(line)) ?? PARAGRAPH;
}

function table(lines: readonly string[]): Html {
  const [head, rule, ...rows] = lines.map((line) => line.replace(/^\||\|\s*$/g, "").split("|"));
  if (!head || !rule?.every((cell) => /^ *:?-+:? *$/.test(cell))) return paragraph(lines);
  const cells = (row: readonly string[]) => html`${row.map((cell) => html`<td>${renderInline(cell.trim())}</td>`)}`;
  return html`<table class="grid"><tr>${head.map((cell) => html`<th>${renderInline(cell.trim())}</th>`)}</tr>${rows.map((row) => html`<tr>${cells(row)}</tr>`)}</table>`;
}

function quotation(lines: readonly string[]): Html {
  return html`<blockquote>${renderLines(lines.map((line) => line.replace(/^> ?/, "")))}</blockquote>`;
}

function list(lines: readonly string[]): Html {
  return html`<ul>${lines.map((line) => html`<li>${renderInline(line.slice(2))}</li>`)}</ul>`;
}

/** GitLab keeps the line breaks of a paragraph. */
function paragraph(lines: readonly string[]): Html {
  return html`<p>${lines.map((line, at) => html`${at === 0 ? null : BREAK}${renderInline(line)}`)}</p>`;
}

const BREAK: Html = { html: "<br>" };
const ENTITIES: Readonly<Record<string, string>> = { "&amp;": "&", "&lt;": "<", "&#124;": "|" };
/** Code, a link to the web, bold text, an escaped sign, an entity. */
const INLINE =
  /(?<!`)(?<ticks>`+)(?!`)(?<code>.+?)(?<!`)\k<ticks>(?!`)|\[(?<label>(?:[^\]\\]|\\.)*)\]\((?<href>https?:\/\/[^\s()]+)\)|\*\*(?<bold>.+?)\*\*|\\(?<escaped>[!-/:-@[-`{-~])|(?<entity>&amp;|&lt;|&#124;)/g;

/** Renders a line: no paragraphs, tables or lists. */
export function renderInline(text: string): Html {
  const parts: Html[] = [];
  let last = 0;
  for (const match of text.matchAll(INLINE)) {
    parts.push(html`${text.slice(last, match.index)}`, inlinePart(match.groups ?? {}));
    last = match.index + match[0].length;
  }
  return html`${parts}${text.slice(last)}`;
}

function inlinePart({ code, href, label, bold, escaped, entity }: Readonly<Record<string, string | undefined>>): Html {
  if (code !== undefined) return html`<code>${code.replace(/^ (?=`)|(?<=`) $/g, "")}</code>`;
  if (href !== undefined) return link(href, renderInline(label ?? ""));
  if (bold !== undefined) return html`<b>${renderInline(bold)}</b>`;
  return html`${escaped ?? ENTITIES[entity ?? ""]}`;
}

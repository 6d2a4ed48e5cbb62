// YAML that strangers wrote: parsed in time and memory that its length bounds.
import { type Document, Lexer, LineCounter, type ParseOptions, Parser, parseDocument } from "yaml";

/** Levels of nesting. The library recurses; far below the end of the stack, where even its errors cannot be caught. */
const MAX_DEPTH = 50;

/** How it is read. YAML 1.1 without the library's own ideas of numbers and booleans, as the predecessor's parser reads it. */
const OPTIONS = {
  version: "1.1",
  schema: "failsafe",
  merge: true,
  uniqueKeys: false,
  logLevel: "silent",
  // Each error would be drawn with its line: quadratic in a text that is nothing but errors.
  prettyErrors: false,
} as const satisfies ParseOptions & Readonly<Record<string, unknown>>;

/** What was read. */
export interface ParsedYaml {
  readonly document: Document.Parsed;
  /** The first error or warning, with its place; undefined when there is none. */
  readonly problem: string | undefined;
}

/** Parses a text; undefined where it is nested too deeply. Never throws. The caller bounds the length. */
export function parseYaml(text: string): ParsedYaml | undefined {
  if (isTooDeep(text)) return undefined;
  const lineCounter = new LineCounter();
  const document = parseDocument(text, { ...OPTIONS, lineCounter });
  const first = document.errors[0] ?? document.warnings[0];
  if (!first) return { document, problem: undefined };
  const { line, col } = lineCounter.linePos(first.pos[0]);
  return { document, problem: `${first.message} at line ${line}, column ${col}` };
}

/** The first stage of the library keeps what is open on a stack of its own, and does not recurse. */
function isTooDeep(text: string): boolean {
  const parser = new Parser();
  for (const lexeme of new Lexer().lex(text)) {
    for (const _ of parser.next(lexeme)) if (parser.stack.length > MAX_DEPTH) return true;
    if (parser.stack.length > MAX_DEPTH) return true;
  }
  return false;
}

// How rpm reads the lines of a spec: which of them it joins before it expands macros, and which stand in conditionals.

/** What is known of each line. */
export interface LineContext {
  /** Whether the line is no line of its own: part of a macro's definition, of a program, or of a value above. */
  readonly inMacro: readonly boolean[];
  /**
   * In how many conditionals and macro calls a new line would stand that is put above this one; one more element for the
   * end.
   */
  readonly depth: readonly number[];
}

/** Finds out what rpm makes of each line. Any text has a result. */
export function lineContext(lines: readonly string[]): LineContext {
  const inMacro: boolean[] = new Array(lines.length).fill(false);
  const depth: number[] = [0];
  let open = 0;
  for (const { start, end, braces } of joinLines(lines)) {
    const kind = kindOf(lines[start] ?? "", braces);
    for (let index = start; index < end; index++) {
      inMacro[index] = index > start && kind === "macro";
      if (!inMacro[index]) open = Math.max(0, open + openedBy(lines[index] ?? ""));
      depth.push(open + (kind !== "lines" && index + 1 < end ? 1 : 0));
    }
  }
  return { inMacro, depth };
}

/** Whether the line closes a conditional. */
export function isEndif(line: string): boolean {
  return /^\s*%endif\b/.test(line);
}

function openedBy(line: string): number {
  if (/^\s*%if(?:n?arch|n?os)?(?:\s|$)/.test(line)) return 1;
  return isEndif(line) ? -1 : 0;
}

/** Lines `[start, end)` that rpm joins. */
interface JoinedLines {
  readonly start: number;
  readonly end: number;
  /** False: only backslashes join them. */
  readonly braces: boolean;
}

function joinLines(lines: readonly string[]): JoinedLines[] {
  const result: JoinedLines[] = [];
  let start = 0;
  let isReadable = true;
  while (start < lines.length) {
    const joined: JoinedLines | undefined = isReadable ? joinFrom(lines, start) : undefined;
    // rpm gives up at a macro that never ends. It must not swallow the spec: from here every line stands for itself.
    isReadable = joined !== undefined;
    result.push(joined ?? { start, end: start + 1, braces: false });
    start = joined?.end ?? start + 1;
  }
  return result;
}

/**
 * rpm takes the next line as long as a brace of a macro is open or the line ends with a backslash. Undefined: a brace
 * stays open up to the end.
 */
function joinFrom(lines: readonly string[], start: number): JoinedLines | undefined {
  const nesting: Nesting = { "{": 0, "(": 0, "[": 0 };
  let braces = false;
  for (let index = start; index < lines.length; index++) {
    const line = lines[index] ?? "";
    const isOpen: boolean = (braces || /%[{([]/.test(line)) && readNesting(line, nesting);
    if (!isOpen && !(isContinued(line) && index + 1 < lines.length)) return { start, end: index + 1, braces };
    braces ||= isOpen;
  }
  return undefined;
}

function isContinued(line: string): boolean {
  const text = line.endsWith("\r") ? line.slice(0, -1) : line;
  let at = text.length;
  while (text[at - 1] === "\\") at--;
  return (text.length - at) % 2 === 1;
}

type Nesting = Record<"{" | "(" | "[", number>;

const PAIRS: Readonly<Record<string, keyof Nesting>> = { "}": "{", ")": "(", "]": "[" };

/** Counts what the line opens and closes; true: something is open at its end. */
function readNesting(line: string, nesting: Nesting): boolean {
  for (const [token] of line.matchAll(/\\.?|%[%{([]?|[{}()[\]]/g)) {
    const char = token.at(-1) ?? "";
    const opens = char === "{" || char === "(" || char === "[" ? char : undefined;
    // Outside of macros these characters are text.
    if (token.startsWith("\\")) continue;
    if (opens && (token.length === 2 || nesting[opens] > 0)) nesting[opens]++;
    const closes = PAIRS[char];
    if (closes && nesting[closes] > 0) nesting[closes]--;
  }
  return nesting["{"] + nesting["("] + nesting["["] > 0;
}

/**
 * What joined lines are. `macro`: one thing. `call`: lines of the spec that a macro call yields, as `%{?x:` and
 * `%{expand:` do. `lines`: ordinary ones.
 */
function kindOf(first: string, braces: boolean): "macro" | "call" | "lines" {
  if (/%(?:global|define)\s/.test(first)) return "macro";
  if (!braces) return "lines";
  return /^\s*%\{(?:[!?]+\w+|expand):/.test(first) && !first.includes("%{lua:") ? "call" : "macro";
}

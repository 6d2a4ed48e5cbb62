// The diffs of a patch file as data: git's and plain ones, behind mail headers or alone. Bytes are Latin-1 characters.

/** Lines that are replaced, each with its line feed unless it ends the file without one. */
export interface Hunk {
  /** Line, counted from 0, at which `before` is expected. */
  readonly line: number;
  readonly before: readonly string[];
  readonly after: readonly string[];
}

/** The change of one file. */
export interface FileDiff {
  /** Undefined: the file is new. */
  readonly from: string | undefined;
  /** Undefined: the file is deleted. */
  readonly to: string | undefined;
  /** The source stays where it is. */
  readonly isCopy: boolean;
  /** The mode that the file gets, where the diff says so. */
  readonly mode: string | undefined;
  readonly hunks: readonly Hunk[];
}

const HUNK = /^@@ -(\d+)(?:,(\d+))? \+\d+(?:,(\d+))? @@/;
const HEADER =
  /^(--- |\+\+\+ |rename from |rename to |copy from |copy to |new file mode |deleted file mode |new mode )(.*)$/;

/**
 * Reads the diffs of a text in order; names lose `strip` leading parts. Undefined where it holds what is not understood:
 * binary changes, broken hunks, diffs without names.
 */
export function parseDiffs(text: string, strip: 0 | 1): readonly FileDiff[] | undefined {
  const lines = text.split("\n");
  const diffs: FileDiff[] = [];
  let at = lines.findIndex(isStart);
  while (at >= 0 && at < lines.length) {
    const section = readSection(lines, at);
    const diff = section && toDiff(section, strip);
    if (!diff) return undefined;
    diffs.push(diff);
    at = section.end;
    while (at < lines.length && !isStart(lines[at] ?? "")) at++;
  }
  return diffs;
}

function isStart(line: string): boolean {
  return /^(?:diff |--- )/.test(line);
}

interface Section {
  readonly title: string;
  readonly fields: ReadonlyMap<string, string>;
  readonly hunks: readonly Hunk[];
  readonly end: number;
}

function readSection(lines: readonly string[], start: number): Section | undefined {
  const title = lines[start] ?? "";
  const fields = new Map<string, string>();
  let at = title.startsWith("diff ") ? start + 1 : start;
  for (; at < lines.length && !endsSection(lines[at] ?? "", fields); at++) {
    const [, key = "", value = ""] = HEADER.exec(lines[at] ?? "") ?? [];
    if (key !== "") fields.set(key, value);
  }
  const hunks: Hunk[] = [];
  while (lines[at]?.startsWith("@@ ")) {
    const read = readHunk(lines, at);
    if (!read) return undefined;
    hunks.push(read.hunk);
    at = read.end;
  }
  return /^(?:GIT binary patch|Binary files )/.test(lines[at] ?? "") ? undefined : { title, fields, hunks, end: at };
}

/** The first hunk, the next file, or what git writes behind the last one. */
function endsSection(line: string, fields: ReadonlyMap<string, string>): boolean {
  return /^(?:@@ |diff |-- $|GIT binary patch|Binary files )/.test(line) || fields.has(HEADER.exec(line)?.[1] ?? "");
}

function readHunk(lines: readonly string[], start: number): { hunk: Hunk; end: number } | undefined {
  const [all, place, removed = "1", added = "1"] = HUNK.exec(lines[start] ?? "") ?? [];
  if (all === undefined) return undefined;
  const open = { removed: Number(removed), added: Number(added) };
  // A hunk that replaces nothing stands behind the line that it names.
  const first = open.removed === 0 ? Number(place) : Number(place) - 1;
  const body: { readonly sign: string; readonly text: string }[] = [];
  let at = start + 1;
  while (open.removed > 0 || open.added > 0) {
    const line = lines[at] ?? "?";
    const [sign, text] = [line.slice(0, 1), line.slice(1)];
    if (!takeLine(sign, open)) return undefined;
    const isLast = lines[at + 1]?.startsWith("\\") ?? false;
    body.push({ sign, text: isLast ? text : `${text}\n` });
    at += isLast ? 2 : 1;
  }
  const side = (other: string) => body.filter(({ sign }) => sign !== other).map(({ text }) => text);
  return { hunk: { line: first, before: side("+"), after: side("-") }, end: at };
}

/** Counts a line of a hunk; false where the hunk has no place for it. An empty line has lost its blank. */
function takeLine(sign: string, open: { removed: number; added: number }): boolean {
  if (!["", " ", "+", "-"].includes(sign)) return false;
  if (sign !== "+") open.removed--;
  if (sign !== "-") open.added--;
  return open.removed >= 0 && open.added >= 0;
}

function toDiff({ title, fields, hunks }: Section, strip: 0 | 1): FileDiff | undefined {
  const isCopy = fields.has("copy from ");
  const moved = fields.get("rename from ") ?? fields.get("copy from ");
  const mode = fields.get("new file mode ") ?? fields.get("new mode ");
  if (moved !== undefined) {
    const target = fields.get("rename to ") ?? fields.get("copy to ") ?? "";
    return { from: unquote(moved), to: unquote(target), isCopy, mode, hunks };
  }
  const named = [fields.get("--- "), fields.get("+++ ")].map((name) => name && stripped(name, strip));
  const name = named[1] ?? named[0] ?? sameName(title, strip);
  if (name === undefined) return undefined;
  const isNew = fields.has("new file mode ") || isNull(fields.get("--- "));
  const isGone = fields.has("deleted file mode ") || isNull(fields.get("+++ "));
  return { from: isNew ? undefined : name, to: isGone ? undefined : name, isCopy, mode, hunks };
}

function isNull(name: string | undefined): boolean {
  return name !== undefined && /^\/dev\/null(?:\t|$)/.test(name);
}

/** Undefined for `/dev/null`, and where there are too few parts. */
function stripped(name: string, strip: 0 | 1): string | undefined {
  if (isNull(name)) return undefined;
  const path = unquote(name.replace(/\t.*$/, ""));
  if (strip === 0) return path;
  const slash = path.indexOf("/");
  return slash < 0 ? undefined : path.slice(slash + 1);
}

/** The name in `diff --git a/x b/x`, which is all there is where no line changes: both halves are equal. */
function sameName(title: string, strip: 0 | 1): string | undefined {
  const names = /^diff --git (.+)$/.exec(title)?.[1] ?? "";
  const half = (names.length - 1) / 2;
  const [one, other] = [stripped(names.slice(0, half), strip), stripped(names.slice(half + 1), strip)];
  return one === other ? one : undefined;
}

const ESCAPES: Readonly<Record<string, string>> = { n: "\n", t: "\t", r: "\r", a: "\x07", b: "\b", f: "\f", v: "\v" };

/** A name as git quotes it. */
function unquote(name: string): string {
  if (!/^".*"$/.test(name)) return name;
  return name.slice(1, -1).replace(/\\([0-7]{3}|.)/g, (_all, code: string) => {
    return code.length === 3 ? String.fromCharCode(Number.parseInt(code, 8)) : (ESCAPES[code] ?? code);
  });
}

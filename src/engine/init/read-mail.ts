// Patch files that are mails, read as `git am` reads them: who wrote the change, when, and with what message.
// https://git-scm.com/docs/git-mailinfo. The diffs stay bytes.
import { decodeHeader, decodeText } from "./decode-mail.ts";

/** A change, with what its mail says. */
export interface MailPatch {
  readonly author: { readonly name: string; readonly email: string } | undefined;
  /** `<seconds> <±hhmm>`. */
  readonly date: string | undefined;
  readonly message: string;
  /** The diffs. */
  readonly content: Buffer;
}

/**
 * The mails of a patch file that change something, in order; undefined when the file is no mail, or one that git would
 * not take for a patch. Any bytes may come in.
 */
export function readMails(content: Buffer): readonly MailPatch[] | undefined {
  const text = content.toString("latin1");
  if (!looksLikeMail(text)) return undefined;
  const changing: MailPatch[] = [];
  for (const part of splitMails(text)) {
    const mail = readMail(part);
    if (!mail) return undefined;
    if (mail.content.length > 0) changing.push(mail);
  }
  return changing.length > 0 ? changing : undefined;
}

/** Longer header lines are hostile; searches in them would take quadratic time. */
const MAX_LINE = 1000;
const MAX_FIELD = 5000;

function isFromLine(line: string): boolean {
  return line.length <= MAX_LINE && /^From \S.* \d{1,2}:\d\d(?::\d\d)? .*\d{4}\r?$/.test(line);
}

/** As git tells the format: a mailbox, or three lines of headers. */
function looksLikeMail(text: string): boolean {
  const lines = text.slice(0, 20_000).replace(/^\s+/, "").split("\n", 3);
  const [first = ""] = lines;
  if (isFromLine(first) || first.startsWith("From: ")) return true;
  return (
    lines.length === 3 && lines.every((line) => /^(?:[!-9;-~]+:|[ \t]+\S)/.test(line)) && !/^(?:diff|Index)/.test(first)
  );
}

function splitMails(text: string): string[] {
  const mails: string[][] = [];
  for (const line of text.replace(/^\s+/, "").split("\n")) {
    if (isFromLine(line) || mails.length === 0) mails.push([]);
    mails.at(-1)?.push(line);
  }
  return mails.map((lines) => lines.join("\n")).filter((mail) => mail.trim() !== "");
}

function readMail(text: string): MailPatch | undefined {
  const lines = text.split("\n");
  const start = isFromLine(lines[0] ?? "") ? 1 : 0;
  const blank = lines.findIndex((line, index) => index >= start && line.trim() === "");
  const end = blank < 0 ? lines.length : blank;
  const headers = readHeaders(lines.slice(start, end));
  const type = headers.get("content-type") ?? "";
  if (/^multipart\//i.test(type)) return undefined;
  const charset = /charset="?([\w-]+)/i.exec(type)?.[1];
  const body = decodeText(lines.slice(end + 1).join("\n"), headers.get("content-transfer-encoding") ?? "");
  const { said, diff } = splitBody(body);
  const inBody = takeHeaders(said);
  const own = (name: string) => (inBody.headers.get(name) ?? headers.get(name) ?? "").slice(0, MAX_FIELD);
  const subject = cleanSubject(decodeHeader(own("subject"), charset));
  const log = decodeHeader(inBody.rest.join("\n"), charset, { words: false });
  return {
    author: readAuthor(decodeHeader(own("from"), charset)),
    date: readDate(own("date")),
    message: cleanMessage(`${subject}\n\n${log}`),
    content: Buffer.from(diff, "latin1"),
  };
}

/** Header fields by lower-case name; folded lines are joined by a blank. */
function readHeaders(lines: readonly string[]): Map<string, string> {
  const headers = new Map<string, string>();
  let name = "";
  for (const line of lines) {
    const match = /^([!-9;-~]+):[ \t]*(.*)$/.exec(line.trimEnd());
    if (match) {
      name = (match[1] ?? "").toLowerCase();
      if (!headers.has(name)) headers.set(name, match[2] ?? "");
    } else if (/^[ \t]/.test(line)) headers.set(name, `${headers.get(name) ?? ""} ${line.trim()}`);
  }
  return headers;
}

/** The message ends where the diffs or a line `---` begin. */
function splitBody(body: string): { said: readonly string[]; diff: string } {
  const lines = body.split("\n");
  const end = lines.findIndex(isPatchBreak);
  const from = end < 0 ? lines.length : end;
  const diff = lines.slice(from);
  const hasDiff = diff.some((line) => /^(?:diff |--- \S|GIT binary patch|Index: )/.test(line));
  return { said: lines.slice(0, from), diff: hasDiff ? diff.join("\n") : "" };
}

function isPatchBreak(line: string): boolean {
  return /^(?:diff -|Index: |--- \S|---\s*$)/.test(line);
}

/** Headers at the top of the body win over those of the mail. */
function takeHeaders(lines: readonly string[]): { headers: Map<string, string>; rest: readonly string[] } {
  let index = lines.findIndex((line) => line.trim() !== "");
  const first = index;
  while (index >= 0 && /^(?:From|Subject|Date): \S/i.test(lines[index] ?? "")) index++;
  if (index <= first) return { headers: new Map(), rest: lines };
  return { headers: readHeaders(lines.slice(first, index)), rest: lines.slice(index) };
}

/** Without `Re:` and what stands in brackets in front. */
function cleanSubject(subject: string): string {
  let rest = subject.trim();
  for (;;) {
    const next = rest.replace(/^(?:re:|\[[^\]]*\]|:)\s*/i, "");
    if (next === rest) return rest.replace(/\s+/g, " ");
    rest = next;
  }
}

/** As git stores messages: no blanks at line ends, one empty line at a time, none at both ends. */
function cleanMessage(message: string): string {
  const lines = message.split("\n").map((line) => line.trimEnd());
  const kept = lines.filter((line, index) => line !== "" || (lines[index - 1] ?? "") !== "");
  return `${kept.join("\n").replace(/^\n+|\n+$/g, "")}\n`;
}

function readAuthor(field: string): MailPatch["author"] {
  const bracketed = /^([^<]{0,1000})<([^<>\s]+)>/.exec(field);
  if (bracketed) {
    const [, before = "", email = ""] = bracketed;
    return { name: saneName(before, email), email };
  }
  const bare = /(\S+@\S+)/.exec(field)?.[1];
  if (bare === undefined) return undefined;
  return { name: saneName(/\(([^)]*)\)/.exec(field)?.[1] ?? "", bare), email: bare };
}

function saneName(written: string, email: string): string {
  const name = written
    .trim()
    .replace(/^"(.*)"$/, "$1")
    .replace(/\\(.)/g, "$1")
    .replace(/\s+/g, " ");
  return name === "" || name.length > 60 || /[@<>]/.test(name) ? email : name;
}

const MONTHS = ["jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec"];

/** A date of RFC 5322 or ISO 8601. */
function readDate(field: string): string | undefined {
  const mail = /(\d{1,2}) ([A-Za-z]{3})[a-z]* (\d{4}) (\d\d):(\d\d)(?::(\d\d))?(?: ([+-]\d{4}))?/.exec(field);
  const iso = /(\d{4})-(\d\d)-(\d\d)[T ](\d\d):(\d\d)(?::(\d\d))?(?:\.\d+)? ?([+-]\d\d:?\d\d|Z)?/.exec(field);
  const month = mail ? MONTHS.indexOf((mail[2] ?? "").toLowerCase()) : Number(iso?.[2]) - 1;
  const [, year, day] = mail ? ["", mail[3], mail[1]] : ["", iso?.[1], iso?.[3]];
  const [, , , , hour, minute, second, offset] = mail ?? iso ?? [];
  if (year === undefined || month < 0) return undefined;
  const zone = (offset ?? "Z") === "Z" ? "+0000" : (offset ?? "").replace(":", "");
  const minutes = Number(zone.slice(1, 3)) * 60 + Number(zone.slice(3, 5));
  const local = Date.UTC(Number(year), month, Number(day), Number(hour), Number(minute), Number(second ?? 0)) / 1000;
  const seconds = zone.startsWith("-") ? local + minutes * 60 : local - minutes * 60;
  return seconds >= 0 ? `${seconds} ${zone}` : undefined;
}

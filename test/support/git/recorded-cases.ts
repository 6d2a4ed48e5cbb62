// The recorded cases of the real predecessor (format: README.md beside them). They exist on developers' machines only.
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";

const ROOT = "/work/shared/cases";

/** A file of an expectation, as far as it is compared. */
export interface ExpectedFile {
  readonly mode: string;
  readonly content: Buffer;
  /** The id in the `From` line is not compared. */
  readonly anyFrom: boolean;
}

/** A case of one successful `update-dist-git`. */
export interface RecordedCase {
  readonly name: string;
  readonly sourceBundle: string;
  readonly distBundle: string;
  readonly sourceBranch: string;
  readonly distBranch: string;
  readonly distName: string;
  /** Title of the dist-git commit. */
  readonly title: string;
  /** Whether new patch files are held to rule D1 as well. */
  readonly patchText: boolean;
  /** Exit status of the update. */
  readonly exit: number;
  /** Patterns, any case, of the error. */
  readonly output: readonly string[];
  /** Path → accepted contents, undefined for a file that is gone. All other files stay. */
  readonly files: Readonly<Record<string, readonly (ExpectedFile | undefined)[]>>;
}

interface RawFile {
  readonly lines?: readonly string[];
  readonly base64?: string;
  readonly link?: string;
  readonly mode?: string;
  readonly no_newline?: boolean;
  readonly any_from?: boolean;
}

/** The cases whose first changing step is an `update-dist-git` of committed content. Empty where the folder is missing. */
export function recordedCases(): RecordedCase[] {
  if (!existsSync(ROOT)) return [];
  return readdirSync(ROOT)
    .filter((name) => existsSync(join(ROOT, name, "case.json")))
    .flatMap((name) => readCase(name));
}

function readCase(name: string): RecordedCase[] {
  const meta = JSON.parse(readFileSync(join(ROOT, name, "case.json"), "utf8"));
  const expected = JSON.parse(readFileSync(join(ROOT, name, "expected.json"), "utf8"));
  const steps: string[][] = meta.steps;
  const index = steps.findIndex((step) => step[1] === "update-dist-git");
  const first = steps.slice(0, index).every((step) => step[1] === "status");
  const outcome = expected.any_of?.[0] ?? expected;
  const commit = outcome.dist?.[0];
  if (index < 0 || !first || NOT_THE_ENGINE.has(name)) return [];
  const message: string | undefined = commit?.message;
  return [
    {
      name,
      sourceBundle: join(ROOT, name, "src.bundle"),
      distBundle: join(ROOT, name, "dist.bundle"),
      sourceBranch: meta.source_branch,
      distBranch: meta.dist_branch,
      distName: meta.package,
      title: message?.split("\n")[0] ?? "",
      patchText: meta.check?.patch_text ?? false,
      exit: outcome.steps[index].exit,
      output: outcome.steps[index].output ?? [],
      files: Object.fromEntries(
        Object.entries<RawFile | null | (RawFile | null)[]>(commit?.files ?? outcome.worktree ?? {}).map(
          ([path, file]) => [path, (Array.isArray(file) ? file : [file]).map((one) => (one ? toFile(one) : undefined))],
        ),
      ),
    },
  ];
}

/** Cases about the command line, the sync state or work trees, which come with them. */
const NOT_THE_ENGINE = new Set(["diverged", "dirty-staged", "in-sync", "nothing-to-commit", "resync-rewritten"]);

function toFile(file: RawFile): ExpectedFile {
  const text = (file.lines ?? []).join("\n") + (file.no_newline || !file.lines?.length ? "" : "\n");
  const content =
    file.link !== undefined
      ? Buffer.from(file.link)
      : file.base64 !== undefined
        ? Buffer.from(file.base64, "base64")
        : Buffer.from(text);
  return {
    mode: file.link !== undefined ? "120000" : (file.mode ?? "100644"),
    content,
    anyFrom: file.any_from ?? false,
  };
}

const MAIL = /^(?=From [0-9a-f]{40} Mon Sep 17 00:00:00 2001\n)/m;

/** A patch file without what rule D1 removes: counter, encoding of the subject, signature, length of hashes. */
export function comparable(content: Buffer): string {
  const text = content.toString("latin1");
  if (!/^From [0-9a-f]{40} Mon Sep 17/.test(text)) return text;
  return text
    .split(MAIL)
    .map((mail) => {
      const end = mail.indexOf("\n\n");
      const header = mail.slice(0, end).replace(/^Subject: .*(?:\n[ \t].*)*/m, (all) => `Subject: ${subject(all)}`);
      const body = mail
        .slice(end)
        .replace(/\n-- \n[^\n]*\n?\n?$/, "\n")
        .replace(/\n+$/, "\n")
        .replace(/^index ([0-9a-f]{7})[0-9a-f]*\.\.([0-9a-f]{7})[0-9a-f]*/gm, "index $1..$2");
      return header + body;
    })
    .join("");
}

function subject(field: string): string {
  const text = field.replace(/^Subject: /, "").replace(/\n[ \t]/g, " ");
  const decoded = text
    .replace(/\?= =\?/g, "?==?")
    .replace(/=\?UTF-8\?q\?([^?]*)\?=/gi, (_all, coded: string) =>
      coded
        .replaceAll("_", " ")
        .replace(/=([0-9A-F]{2})/g, (_hex, code: string) => String.fromCharCode(Number.parseInt(code, 16))),
    );
  return decoded.replace(/^\[PATCH(?: \d+\/\d+)?\] ?/, "");
}

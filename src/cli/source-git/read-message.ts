// The message of the new commit: from -m or -F, as git keeps it.
import { readFile } from "node:fs/promises";
import { resolve } from "node:path";
import { userError } from "../../model/errors.ts";
import type { CliContext } from "../context.ts";

/** Where a message comes from. At most one of the two. */
export interface MessageOptions {
  readonly message?: string;
  /** Path, or `-` for standard input. */
  readonly file?: string;
}

const MAX_BYTES = 1_048_576;

/**
 * The message, or undefined when none was given. Throws kind `user`: `message-file-unreadable`, `message-empty`,
 * `message-not-text`.
 */
export async function readMessage(context: CliContext, options: MessageOptions): Promise<string | undefined> {
  const text = options.message ?? (options.file === undefined ? undefined : await readText(context, options.file));
  if (text === undefined) return undefined;
  if (text.includes("\0")) throw notText("it holds a NUL character");
  const message = tidyMessage(text);
  if (message !== "") return message;
  throw userError("message-empty", "The commit message is empty.", {
    fix: "Give a message, or neither -m nor -F to leave the result uncommitted.",
  });
}

/** As `git commit` does without an editor: no blanks at line ends, no blank lines at both ends or in a row. */
export function tidyMessage(text: string): string {
  const lines = text.split("\n").map((line) => line.trimEnd());
  const kept = lines.filter((line, index) => line !== "" || (index > 0 && lines[index - 1] !== ""));
  while (kept[0] === "") kept.shift();
  while (kept.at(-1) === "") kept.pop();
  return kept.length === 0 ? "" : `${kept.join("\n")}\n`;
}

async function readText(context: CliContext, file: string): Promise<string> {
  const bytes = file === "-" ? await context.stdin() : await readBytes(resolve(context.cwd, file), file);
  if (bytes.length > MAX_BYTES) throw notText(`it is larger than ${MAX_BYTES} bytes`);
  try {
    return new TextDecoder("utf-8", { fatal: true }).decode(bytes);
  } catch {
    throw notText("it is not UTF-8");
  }
}

async function readBytes(path: string, shown: string): Promise<Buffer> {
  try {
    return await readFile(path);
  } catch (cause) {
    throw userError("message-file-unreadable", `The message file '${shown}' cannot be read.`, {
      fix: "Check the path given with -F.",
      cause,
    });
  }
}

function notText(reason: string): Error {
  return userError("message-not-text", `The commit message cannot be used: ${reason}.`, {
    fix: "Give a message in UTF-8.",
  });
}

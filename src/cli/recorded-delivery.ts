// A delivery in a file: its headers and its body.
import { createHash } from "node:crypto";
import { readFile } from "node:fs/promises";
import { resolve } from "node:path";
import { z } from "zod";
import { KNOWN_GITHUB_EVENTS } from "../events/github/event-names.ts";
import { deliveryIdOf } from "../jobs/delivery-id.ts";
import { type TandemError, userError } from "../model/errors.ts";
import type { ForgeName } from "../model/ids.ts";
import type { CliContext } from "./context.ts";

/** What was read. */
export interface RecordedDelivery {
  readonly forge: ForgeName;
  /** What the header of the event says. */
  readonly event: string;
  /** As `deliveryIdOf` made it. */
  readonly id: string;
  /** As JSON.parse returned it. */
  readonly payload: unknown;
}

const recordSchema = z.object({ headers: z.record(z.string(), z.unknown()), body: z.unknown() });

/**
 * Reads a delivery.
 * @param file path, or `-` for standard input
 * @param event name of the event when the file is the body alone
 * @throws TandemError kind `user`: `delivery-unreadable`, `delivery-invalid`
 */
export async function readDelivery(
  context: CliContext,
  file: string,
  event: string | undefined,
): Promise<RecordedDelivery> {
  const bytes = file === "-" ? await context.stdin() : await readBytes(context, file);
  const digest = () => createHash("sha256").update(bytes).digest("hex");
  const content = parse(bytes, file);
  if (event !== undefined) {
    return { forge: forgeOf(event), event, id: deliveryIdOf({}, digest), payload: content };
  }
  const record = recordSchema.safeParse(content);
  if (!record.success) throw invalid(file, "it is not an object with headers and body");
  const headers = lowerCase(record.data.headers);
  const onGitLab = headers["x-gitlab-event"];
  const name = onGitLab ?? headers["x-github-event"];
  if (!name) throw invalid(file, "its headers hold neither X-Gitlab-Event nor X-GitHub-Event");
  const { body } = record.data;
  return {
    forge: onGitLab === undefined ? "github" : "gitlab",
    event: name,
    id: deliveryIdOf(headers, digest),
    payload: typeof body === "string" ? parse(Buffer.from(body), file) : body,
  };
}

/** GitHub's names are known; everything else is left to GitLab's parser, which says what it does not know. */
function forgeOf(event: string): ForgeName {
  return KNOWN_GITHUB_EVENTS.includes(event) ? "github" : "gitlab";
}

/** The headers that are text, by lower-case name. */
function lowerCase(headers: Readonly<Record<string, unknown>>): Readonly<Record<string, string>> {
  const texts = Object.entries(headers).flatMap(([name, value]) =>
    typeof value === "string" ? [[name.toLowerCase(), value] as const] : [],
  );
  return Object.fromEntries(texts);
}

function parse(bytes: Buffer, file: string): unknown {
  try {
    return JSON.parse(new TextDecoder("utf-8", { fatal: true }).decode(bytes));
  } catch {
    throw invalid(file, "it is not JSON");
  }
}

function invalid(file: string, why: string): TandemError {
  return userError("delivery-invalid", `'${file}' holds no delivery: ${why}.`, {
    fix: "`tandem replay --help` shows the form; with --event the file is the body alone.",
  });
}

async function readBytes({ cwd }: CliContext, file: string): Promise<Buffer> {
  try {
    return await readFile(resolve(cwd, file));
  } catch (cause) {
    throw userError("delivery-unreadable", `The file '${file}' cannot be read.`, { fix: "Check its path.", cause });
  }
}

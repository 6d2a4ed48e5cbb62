// The comments of a merge request. Anybody may write as many as they like, of a million characters each.
import type { MergeRequestNotes } from "@gitbeaker/rest";
import { z } from "zod";
import { TandemError } from "../../model/errors.ts";
import type { Note } from "../forge.ts";
import { parse } from "./answers.ts";
import { noteSchema } from "./schemas.ts";
import { isInternal, toNote } from "./translate.ts";

/** A hundred comments of a million characters are more than one answer may be. */
const PER_PAGE = 100;
const FEWER_PER_PAGE = 5;
/** Of one comment; the bot's own are shorter, and a command stands on the first line. */
const MAX_CHARACTERS = 100_000;
/** Of all comments that are kept. */
const MAX_ALL_CHARACTERS = 50_000_000;
const MAX_NOTES = 20_000;

/** See `Forge.findNotes`. Throws upstream `forge-answer-too-large` for more than one process should hold. */
export async function findNotes(notes: MergeRequestNotes, projectId: number, iid: number): Promise<readonly Note[]> {
  const found: Note[] = [];
  let characters = 0;
  let perPage = PER_PAGE;
  for (let read = 0; read < MAX_NOTES; ) {
    const rows = await readPage(notes, { projectId, iid, perPage, page: read / perPage + 1 });
    if (rows === "too-large") {
      perPage = FEWER_PER_PAGE;
      continue;
    }
    for (const row of rows) {
      if (row.system || isInternal(row)) continue;
      const note = toNote({ ...row, body: copyOf(row.body, MAX_CHARACTERS) });
      characters += note.body.length;
      found.push(note);
    }
    if (characters > MAX_ALL_CHARACTERS) break;
    if (rows.length < perPage) return found.sort((one, other) => one.id - other.id);
    read += perPage;
  }
  throw new TandemError("upstream", `Merge request ${iid} has more comments than can be read`, {
    code: "forge-answer-too-large",
    fix: "Somebody fills it with comments: delete them, or close it.",
  });
}

interface Page {
  readonly projectId: number;
  readonly iid: number;
  readonly perPage: number;
  readonly page: number;
}

async function readPage(
  notes: MergeRequestNotes,
  { projectId, iid, perPage, page }: Page,
): Promise<readonly z.infer<typeof noteSchema>[] | "too-large"> {
  try {
    const inOrder = { sort: "asc", orderBy: "created_at" } as const;
    const answer: unknown = await notes.all(projectId, iid, { ...inOrder, perPage, page, maxPages: 1 });
    return parse(z.array(noteSchema), answer);
  } catch (thrown) {
    const isTooLarge = thrown instanceof TandemError && thrown.code === "forge-answer-too-large";
    if (isTooLarge && perPage > FEWER_PER_PAGE) return "too-large";
    throw thrown;
  }
}

/** The beginning of a text, as a copy: a part of a string would keep the whole of it in memory. */
function copyOf(text: string, length: number): string {
  return text.length <= length ? text : Buffer.from(text.slice(0, length), "utf16le").toString("utf16le");
}

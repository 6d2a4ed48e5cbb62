// What the comment on the source merge request remembers from now on. Pure.
import type { StatusMark } from "../marks/marker.ts";
import type { Applied } from "./apply.ts";
import type { Side } from "./command.ts";
import { statusOf } from "./status.ts";
import type { Telling } from "./telling.ts";
import { approvedHead, collectWishes, sayOfLast, type WishResults } from "./wishes.ts";
import type { Subject } from "./world.ts";

/** What is known when something has to be told. */
export interface Findings {
  readonly subject: Subject;
  /** Undefined when the world could not be seen. */
  readonly applied: Applied | undefined;
  readonly telling: Telling;
}

const MAX_NOTES = 5;
const MAX_NOTE = 300;

/** The mark of the comment that tells the findings. */
export function nextMark({ subject, applied, telling }: Findings): StatusMark {
  const { mark, source } = subject;
  const { approved } = collectWishes(subject);
  const awaits = telling.tells === "waiting" ? source.head : undefined;
  const passed = approved === source.head ? approved : approvedHead(subject);
  const notes = applied?.branch?.notes.slice(0, MAX_NOTES).map((note) => note.slice(0, MAX_NOTE)) ?? mark.notes;
  return present({
    branch: branchOf(applied, mark),
    commands: lastCommands(subject),
    said: sayOfLast(subject, resultsOf({ subject, applied, telling })) ?? mark.said,
    head: statusOf(source, telling) ? source.head : undefined,
    awaits,
    approved: passed,
    target: awaits || passed ? source.targetBranch : undefined,
    distSeen: applied?.compared ? seenOf(applied.compared) : mark.distSeen,
    notes: notes?.length ? notes : undefined,
  });
}

/** As long as there is no successor, the old one still has to be told of it: then it is found by the old one's branch. */
function branchOf(applied: Applied | undefined, { branch }: StatusMark): string | undefined {
  const isBetween = applied?.world.predecessor !== undefined && applied.mergeRequest === undefined;
  return isBetween ? branch : (applied?.world.pairBranch ?? branch);
}

/** Without what is undefined. */
function present(mark: { readonly [K in keyof StatusMark]: StatusMark[K] | undefined }): StatusMark {
  return Object.fromEntries(Object.entries(mark).filter(([, value]) => value !== undefined));
}

function seenOf(compared: NonNullable<Applied["compared"]>): StatusMark["distSeen"] | undefined {
  return "seen" in compared ? compared.seen : undefined;
}

function lastCommands({ commands, mark }: Subject): StatusMark["commands"] | undefined {
  const last = (side: Side) => commands.filter((command) => command.side === side).at(-1)?.noteId;
  const note = last("source") ?? mark.commands?.note;
  const distNote = last("dist") ?? mark.commands?.distNote;
  if (note === undefined && distNote === undefined) return undefined;
  return { ...(note === undefined ? {} : { note }), ...(distNote === undefined ? {} : { distNote }) };
}

function resultsOf({ subject, applied, telling }: Findings): WishResults {
  const { approved, retestSince } = collectWishes(subject);
  const pipelines = applied?.world.pair?.pipelines ?? [];
  const isStarted = pipelines.some(({ pipeline }) => pipeline.createdAt >= (retestSince ?? Infinity));
  const prevented = telling.tells === "problem" || telling.tells === "failure" ? "prevented" : undefined;
  const retest = applied?.retest ?? (isStarted ? "started" : prevented);
  const unclear = telling.tells === "waiting" ? "unclear" : undefined;
  const ok = approved !== undefined && approved === subject.source.head ? "passed" : unclear;
  const recreate = applied?.world.predecessor ? "replaced" : prevented;
  return {
    ...(retest ? { retest } : {}),
    ...(ok ? { ok } : {}),
    ...(recreate ? { recreate } : {}),
  };
}

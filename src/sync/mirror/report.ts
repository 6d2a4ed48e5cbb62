// Tells people: the commit status `tandem` and the one comment on the source merge request.
import type { Forge, MergeRequest } from "../../forge/forge.ts";
import { type StatusMemory, setStatus, statusPlaces } from "../checks/set-status.ts";
import { ensureComment } from "../ensure-comment.ts";
import type { StatusMark } from "../marks/marker.ts";
import type { Applied } from "./apply.ts";
import { renderComment } from "./comment.ts";
import { statusOf } from "./status.ts";
import type { CommentFacts, Telling } from "./telling.ts";
import { collectWishes, sayOfLast, type WishResults } from "./wishes.ts";
import type { Subject } from "./world.ts";

/** What is known when something has to be told. */
export interface Findings {
  readonly subject: Subject;
  /** Undefined when the world could not be seen. */
  readonly applied: Applied | undefined;
  readonly telling: Telling;
}

/** What reporting needs. */
export interface ReportDeps {
  /** The forge on which source-git is. */
  readonly forge: Forge;
  readonly memory: StatusMemory;
}

/**
 * Makes the comment tell the story, and the status with it. The status comes first: a comment that says so already is the
 * sign that it was set. Returns whether anything was written.
 */
export async function report({ forge, memory }: ReportDeps, findings: Findings): Promise<boolean> {
  const { subject } = findings;
  const { source } = subject;
  const body = renderComment(factsOf(findings));
  if (subject.comment?.body === body) return false;
  const status = statusOf(source, findings.telling);
  if (status && source.head) await setStatus({ forge, memory }, source.head, statusPlaces(source), status);
  await ensureComment(forge, source, subject.comment, body);
  return true;
}

function factsOf({ subject, applied, telling }: Findings): CommentFacts {
  const { source, prefix } = subject;
  const world = applied?.world;
  // A pipeline belongs to the commit that was at the branch's head before anything was pushed.
  const pushed = applied?.branch?.result === "pushed";
  const mark = markOf({ subject, applied, telling });
  return {
    telling,
    mark,
    source,
    prefix,
    distProject: world?.distProject,
    mergeRequest: applied?.mergeRequest,
    pipelines: pushed ? [] : (world?.pair?.pipelines ?? []),
    notes: [...(mark.notes ?? []), ...notesOf(source, applied?.mergeRequest)],
  };
}

function notesOf({ state, sourceProjectId }: MergeRequest, pair: MergeRequest | undefined): readonly string[] {
  if (state !== "opened") return [];
  return [
    ...(sourceProjectId === undefined ? [FORK_GONE] : []),
    ...(pair?.state === "opened" && pair.hasConflicts ? [CONFLICTS] : []),
  ];
}

const FORK_GONE = "The fork that this merge request comes from is gone: nothing can be pushed to it any more.";
const CONFLICTS = "The dist-git merge request has conflicts with its target branch. A rebase of this branch helps.";

/** What the comment remembers from now on. */
function markOf({ subject, applied, telling }: Findings): StatusMark {
  const { mark, source } = subject;
  const { approved } = collectWishes(subject);
  const said = sayOfLast(subject, resultsOf(subject, applied)) ?? mark.said;
  const passed = [approved, mark.approved].find((head) => head !== undefined && head === source.head);
  const compared = applied?.compared === "dist-moved" ? undefined : applied?.compared?.seen;
  const distSeen = applied?.compared ? compared : mark.distSeen;
  const notes = applied?.branch?.notes.slice(0, MAX_NOTES).map((note) => note.slice(0, MAX_NOTE)) ?? mark.notes;
  const branch = applied?.world.pairBranch ?? mark.branch;
  return {
    ...(branch === undefined ? {} : { branch }),
    ...commandsOf(subject),
    ...(source.head && statusOf(source, telling) ? { head: source.head } : {}),
    ...(said === undefined ? {} : { said }),
    ...(telling.tells === "waiting" && source.head ? { awaits: source.head } : {}),
    ...(passed ? { approved: passed } : {}),
    ...(distSeen ? { distSeen } : {}),
    ...(notes && notes.length > 0 ? { notes } : {}),
  };
}

const MAX_NOTES = 5;
const MAX_NOTE = 300;

function commandsOf({ commands, mark }: Subject): Pick<StatusMark, "commands"> {
  const last = (side: "source" | "dist") => commands.filter((command) => command.side === side).at(-1)?.noteId;
  const note = last("source") ?? mark.commands?.note;
  const distNote = last("dist") ?? mark.commands?.distNote;
  if (note === undefined && distNote === undefined) return {};
  return { commands: { ...(note === undefined ? {} : { note }), ...(distNote === undefined ? {} : { distNote }) } };
}

function resultsOf(subject: Subject, applied: Applied | undefined): WishResults {
  const { approved, retestSince } = collectWishes(subject);
  const started = applied?.world.pair?.pipelines.some(
    ({ pipeline }) => pipeline.createdAt >= (retestSince ?? Infinity),
  );
  const retest = applied?.retest ?? (started ? "started" : undefined);
  return {
    ...(retest ? { retest } : {}),
    approved: approved !== undefined && approved === subject.source.head,
    recreated: applied?.world.predecessor !== undefined,
  };
}

// GitLab's quick actions: lines that begin with `/word` in comments and descriptions are commands, not text.
// They are found and carried out for whoever writes them, so that an unescaped one shows in a test.
import type { App } from "../app.ts";
import { ApiError } from "../http/reply.ts";
import type { Actor, MergeRequest } from "../state/types.ts";
import { approve, unapprove } from "./approve.ts";
import { merge } from "./merge.ts";
import { withDraft } from "./title.ts";
import { updateMergeRequest } from "./update-merge-request.ts";

/** A command and what stands behind it. */
export interface QuickAction {
  readonly name: string;
  readonly argument: string;
}

type Effect = (app: App, actor: Actor, mr: MergeRequest, argument: string) => Promise<Record<string, unknown>>;

const EFFECTS: Readonly<Record<string, Effect>> = {
  close: async (app, actor, mr) => update(app, actor, mr, { stateEvent: "close" }, { state_event: "close" }),
  reopen: async (app, actor, mr) => update(app, actor, mr, { stateEvent: "reopen" }, { state_event: "reopen" }),
  title: async (app, actor, mr, title) => (title === "" ? {} : update(app, actor, mr, { title }, { title })),
  draft: async (app, actor, mr) => update(app, actor, mr, { title: withDraft(mr.title, true) }, { wip_event: "draft" }),
  ready: async (app, actor, mr) =>
    update(app, actor, mr, { title: withDraft(mr.title, false) }, { wip_event: "ready" }),
  target_branch: async (app, actor, mr, branch) =>
    update(app, actor, mr, { targetBranch: branch }, { target_branch: branch }),
  label: async (app, actor, mr, text) => {
    const labels = [...new Set([...mr.labels, ...labelNames(text)])];
    return update(app, actor, mr, { labels }, { add_label_ids: labelNames(text) });
  },
  unlabel: async (app, actor, mr, text) => {
    const labels = text === "" ? [] : mr.labels.filter((label) => !labelNames(text).includes(label));
    return update(app, actor, mr, { labels }, { remove_label_ids: labelNames(text) });
  },
  merge: async (app, actor, mr) => {
    await merge(app, actor, mr);
    return { merge: mr.sha };
  },
  approve: async (app, actor, mr) => {
    await approve(app, actor, mr);
    return { approve: true };
  },
  unapprove: async (app, actor, mr) => {
    await unapprove(app, actor, mr);
    return { unapprove: true };
  },
};

/** Commands that the double recognises as such (and takes out of the text) without modelling what they do. */
const INERT = ["assign", "unassign", "assign_reviewer", "milestone", "subscribe", "todo", "done", "lock", "unlock"];

function labelNames(text: string): readonly string[] {
  return [...text.matchAll(/~"([^"]+)"|~(\S+)/g)].map((match) => match[1] ?? match[2] ?? "");
}

async function update(
  app: App,
  actor: Actor,
  mr: MergeRequest,
  change: Parameters<typeof updateMergeRequest>[3],
  result: Record<string, unknown>,
): Promise<Record<string, unknown>> {
  await updateMergeRequest(app, actor, mr, change);
  return result;
}

const COMMAND = /^\/([a-z_]+)(?:[ \t]+(.*?))?[ \t]*\r?$/i;

/** Splits a text into its commands and the rest. Fenced code holds no commands. */
export function extractCommands(text: string): { readonly commands: readonly QuickAction[]; readonly rest: string } {
  const commands: QuickAction[] = [];
  const kept: string[] = [];
  let fence: string | undefined;
  for (const line of text.split("\n")) {
    const mark = /^\s*(```|~~~)/.exec(line)?.[1];
    if (mark !== undefined) fence = fence === undefined ? mark : closed(fence, mark);
    const command = fence === undefined ? readCommand(line) : undefined;
    if (command === undefined) kept.push(line);
    else commands.push(command);
  }
  return { commands, rest: commands.length === 0 ? text : kept.join("\n").trim() };
}

function closed(fence: string, mark: string): string | undefined {
  return fence === mark ? undefined : fence;
}

function readCommand(line: string): QuickAction | undefined {
  const match = COMMAND.exec(line);
  const name = match?.[1]?.toLowerCase() ?? "";
  const known = Object.hasOwn(EFFECTS, name) || INERT.includes(name);
  return known ? { name, argument: match?.[2] ?? "" } : undefined;
}

/** Carries the commands out as this user and tells what changed. What the user may not do has no effect. */
export async function runCommands(
  app: App,
  actor: Actor,
  mr: MergeRequest,
  commands: readonly QuickAction[],
): Promise<Record<string, unknown>> {
  const changes: Record<string, unknown> = {};
  for (const { name, argument } of commands) {
    try {
      Object.assign(changes, await EFFECTS[name]?.(app, actor, mr, argument));
    } catch (error) {
      if (!(error instanceof ApiError)) throw error;
    }
  }
  return changes;
}

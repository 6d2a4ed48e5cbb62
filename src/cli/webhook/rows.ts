// What the commands about webhooks print: a row for each place, and below it what a person has to do.
import { formatTable } from "../format-table.ts";

/** One place and its hook. */
export interface HookRow {
  /** E.g. `group redhat/centos-stream/src`. */
  readonly place: string;
  /** For what the hook is: source-git, dist-git, the bot's fork. */
  readonly for: string;
  /** Its number in GitLab. */
  readonly hook: number | undefined;
  readonly state: string;
  /** What was, is or would be different. */
  readonly details: readonly string[];
  /** What a person has to do. */
  readonly todo: Todo | undefined;
  /** What a person may want to know. */
  readonly remark?: string;
}

/** Something that the command cannot do. Sentences, `who` but a name. */
export interface Todo {
  readonly reason: string;
  readonly who?: string;
  readonly fix?: string;
}

/** The rows for people. */
export function toText(rows: readonly HookRow[]): readonly string[] {
  const table = formatTable([
    ["place", "for", "webhook", "state", "details"],
    ...rows.map(({ place, for: of, hook, state, details }) => [
      place,
      of,
      hook === undefined ? "" : `#${hook}`,
      state,
      details.join("; "),
    ]),
  ]);
  const todos = rows.flatMap(({ place, todo }) => (todo ? [`- ${place}: ${todoLine(todo)}`] : []));
  const remarks = rows.flatMap(({ place, remark }) => (remark === undefined ? [] : [`- ${place}: ${remark}`]));
  return [...table, ...under("To do:", todos), ...under("Good to know:", remarks)];
}

function under(heading: string, lines: readonly string[]): readonly string[] {
  return lines.length === 0 ? [] : ["", heading, ...lines];
}

function todoLine({ reason, who, fix }: Todo): string {
  return [reason, ...(who === undefined ? [] : [`Who: ${who}.`]), ...(fix === undefined ? [] : [fix])].join(" ");
}

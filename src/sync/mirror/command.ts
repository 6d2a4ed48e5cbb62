// Commands in comments: what was asked, by whom, and whether the asker may. A command is level-triggered like everything
// else: it is a comment younger than the last one that the bot's own comment remembers.
import type { Note, User } from "../../forge/forge.ts";
import { parseCommand } from "../../model/commands.ts";

/** The side of the pair on which a command stands. */
export type Side = "source" | "dist";

/** A comment that asks something of the bot. */
export interface Command {
  readonly side: Side;
  readonly noteId: number;
  /** First word behind the prefix, e.g. `retest`; may be no known command. */
  readonly name: string;
  readonly args: readonly string[];
  readonly by: User;
  /** Milliseconds since the epoch, by the forge's clock. */
  readonly at: number;
  readonly allowed: boolean;
}

/** Commands and who may give them: `author` is the author of the source merge request, `member` has the role Developer. */
const COMMANDS: Readonly<Record<Side, Readonly<Record<string, "author" | "member">>>> = {
  source: { help: "author", status: "author", sync: "author", retest: "author", recreate: "author", ok: "member" },
  dist: { status: "author", retest: "author" },
};

/** What reading commands needs to know. */
export interface CommandReading {
  readonly side: Side;
  readonly prefix: string;
  readonly bot: User;
  /** Id of the last comment that was looked at. */
  readonly after: number;
  /** Whether somebody wrote the source merge request. */
  readonly isAuthor: (user: User) => boolean;
  /** Whether somebody is a member of the project on that side; asked once for each person. */
  readonly isMember: (user: User) => Promise<boolean>;
}

/** The commands among comments that were not answered yet, oldest first. */
export async function readCommands(notes: readonly Note[], reading: CommandReading): Promise<readonly Command[]> {
  const { side, prefix, bot, after, isAuthor, isMember } = reading;
  const found: Command[] = [];
  const members = new Map<number, Promise<boolean>>();
  for (const { id, author, body, createdAt } of notes) {
    if (id <= after || author.id === bot.id) continue;
    const command = parseCommand(body, prefix);
    if (!command) continue;
    const needs = COMMANDS[side][command.name];
    const asMember = () => {
      const known = members.get(author.id) ?? isMember(author);
      members.set(author.id, known);
      return known;
    };
    // What is no command is answered to anybody who could give one.
    const allowed = (needs !== "member" && isAuthor(author)) || (await asMember());
    found.push({ side, noteId: id, by: author, at: createdAt, allowed, ...command });
  }
  return found;
}

/** Whether a name is a command on this side. */
export function isKnown({ side, name }: Pick<Command, "side" | "name">): boolean {
  return Object.hasOwn(COMMANDS[side], name);
}

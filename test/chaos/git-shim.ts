// A `git` in front of the real one: it counts commands, and kills the worker before or after one of them.
import { existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { delimiter, join } from "node:path";
import type { KillPoint } from "./orders.ts";

/** What was counted since the shim was made. */
export interface GitShim {
  /** For the worker's git commands. */
  readonly environment: Readonly<Record<string, string>>;
  /** Names of the commands, in the order in which they began. */
  commands(): readonly string[];
}

// Commands may begin at the same time, so a command's number is that of its own line among those of its name.
const SCRIPT = `#!/bin/sh
name= skip=
for word do
  if [ "$skip" ]; then skip=; continue; fi
  case $word in
    -c) skip=1 ;;
    -*) ;;
    # What has bounds runs by an alias (bounds.ts); it is the same command.
    *) name=\${word#tandem-}; break ;;
  esac
done
echo "$$ $name" >> "$CHAOS_LOG"
if [ "$name" = "$CHAOS_DEED" ] && [ "$(grep " $name$" "$CHAOS_LOG" | grep -n "^$$ " | cut -d: -f1)" = "$CHAOS_AT" ]; then
  if [ "$CHAOS_WHEN" = before ]; then kill -9 "$CHAOS_WORKER"; exit 1; fi
  "$CHAOS_GIT" "$@"
  kill -9 "$CHAOS_WORKER"
  exit 1
fi
exec "$CHAOS_GIT" "$@"
`;

/** Makes a shim in a directory. What an earlier one counted there is forgotten. */
export function makeGitShim(directory: string, path: string, kill: KillPoint | undefined): GitShim {
  mkdirSync(directory, { recursive: true });
  const log = join(directory, "commands");
  writeFileSync(join(directory, "git"), SCRIPT, { mode: 0o755 });
  rmSync(log, { force: true });
  return {
    environment: {
      PATH: `${directory}${delimiter}${path}`,
      CHAOS_GIT: findGit(path),
      CHAOS_LOG: log,
      CHAOS_WORKER: String(process.pid),
      CHAOS_DEED: kill?.of === "git" ? kill.deed : "none",
      CHAOS_AT: String(kill?.at ?? ""),
      CHAOS_WHEN: kill?.when ?? "",
    },
    commands: () => readCommands(directory).map(({ name }) => name),
  };
}

/** Commands that a shim in this directory has seen. */
export function readCommands(directory: string): readonly { readonly pid: number; readonly name: string }[] {
  const log = join(directory, "commands");
  if (!existsSync(log)) return [];
  return readFileSync(log, "utf8")
    .split("\n")
    .filter(Boolean)
    .map((line) => {
      const [pid = "", name = ""] = line.split(" ");
      return { pid: Number(pid), name };
    });
}

function findGit(path: string): string {
  const found = path
    .split(delimiter)
    .map((directory) => join(directory, "git"))
    .find((file) => existsSync(file));
  if (!found) throw new Error("git is not installed");
  return found;
}

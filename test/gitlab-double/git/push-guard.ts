// The server-side hook that refuses what GitLab refuses, and the environment that tells it what is protected.
import { mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { mayWriteBranch } from "../state/access.ts";
import type { Project, User } from "../state/types.ts";
import type { World } from "../state/world.ts";

const SCRIPT = `#!/bin/sh
# Written by the GitLab double. Lists are names or patterns, separated by blanks.
set -f
refuse() { echo "GitLab: $1" >&2; exit 1; }
while read -r old new ref; do
  case "$ref" in refs/heads/*|refs/tags/*) ;; *) refuse "You can only push branches and tags." ;; esac
  for name in $DOUBLE_NO_PUSH; do
    case "$ref" in refs/heads/$name) refuse "You are not allowed to push code to protected branches on this project." ;; esac
  done
  for name in $DOUBLE_NO_FORCE; do
    case "$ref" in refs/heads/$name) ;; *) continue ;; esac
    case "$old" in *[!0]*) ;; *) continue ;; esac
    case "$new" in *[!0]*) ;; *) refuse "You can only delete protected branches using the web interface." ;; esac
    git merge-base --is-ancestor "$old" "$new" ||
      refuse "You are not allowed to force push code to a protected branch on this project."
  done
done
`;

/** Writes the hook into the folder that all repositories point to. */
export async function installPushGuard(hooksDir: string): Promise<void> {
  await mkdir(hooksDir, { recursive: true });
  await writeFile(join(hooksDir, "pre-receive"), SCRIPT, { mode: 0o755 });
}

/** What this user may not do in this project, for the hook. */
export function guardEnvironment(world: World, user: User, project: Project): Record<string, string> {
  const names = (test: (protection: Project["protectedBranches"][number]) => boolean): string =>
    project.protectedBranches
      .filter(test)
      .map((each) => each.name)
      .join(" ");
  return {
    DOUBLE_NO_PUSH: names((each) => !mayWriteBranch(world, user, project, { branch: each.name, by: "push" })),
    DOUBLE_NO_FORCE: names((each) => !each.allowForcePush),
  };
}

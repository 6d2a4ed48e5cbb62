// The server-side hook that refuses what GitLab refuses, and the environment that tells it what is protected.
import { mkdir, readFile, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { DEVELOPER, mayWriteBranch, projectLevel } from "../state/access.ts";
import type { Project, User } from "../state/types.ts";
import type { World } from "../state/world.ts";
import type { RefChange } from "../webhooks/push-payload.ts";

const SCRIPT = `#!/bin/sh
# Written by the GitLab double. Lists are names or patterns, separated by blanks.
set -f
refuse() { echo "GitLab: $1" >&2; exit 1; }
while read -r old new ref; do
  case "$ref" in refs/heads/*|refs/tags/*) ;; *) refuse "You can only push branches and tags." ;; esac
  if [ -n "$DOUBLE_ONLY" ]; then
    case " $DOUBLE_ONLY " in *" \${ref#refs/heads/} "*) ;; *) refuse "You are not allowed to push code to this project." ;; esac
  fi
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

/** Tells the double exactly which refs a push moved. */
const REPORT_SCRIPT = `#!/bin/sh
# Written by the GitLab double.
exec cat > "$DOUBLE_REPORT"
`;

/** Writes the hooks into the folder that all repositories point to. */
export async function installPushGuard(hooksDir: string): Promise<void> {
  await mkdir(hooksDir, { recursive: true });
  await writeFile(join(hooksDir, "pre-receive"), SCRIPT, { mode: 0o755 });
  await writeFile(join(hooksDir, "post-receive"), REPORT_SCRIPT, { mode: 0o755 });
}

/** The refs that a push moved, as the hook reported them; none when the push was refused. */
export async function readReport(file: string): Promise<readonly RefChange[]> {
  const text = await readFile(file, "utf8").catch(() => "");
  await rm(file, { force: true });
  const lines = text.split("\n").filter(Boolean);
  return lines.map((line) => {
    const [before, after, ref = ""] = line.split(" ");
    return { ref, before: realSha(before), after: realSha(after) };
  });
}

function realSha(sha: string | undefined): string | undefined {
  return sha === undefined || /^0+$/.test(sha) ? undefined : sha;
}

/** Branches that open merge requests let the target project's members push to (`allow_collaboration`). */
export function sharedBranches(world: World, user: User, project: Project): readonly string[] {
  return [...world.mergeRequests.values()]
    .filter((mr) => mr.sourceProjectId === project.id && mr.state === "opened" && mr.allowCollaboration)
    .filter((mr) => {
      const target = world.projectOf(mr.projectId);
      return mayWriteBranch(world, user, target, { branch: mr.targetBranch, by: "merge" });
    })
    .map((mr) => mr.sourceBranch);
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
    DOUBLE_ONLY: projectLevel(world, user, project) >= DEVELOPER ? "" : sharedBranches(world, user, project).join(" "),
  };
}

// tandem source-git update-source-git: brings the commits of dist-git to source-git.
import type { AddCommand } from "../context.ts";
import type { UpdateSourceGitOptions } from "./run-update-source-git.ts";

const EXAMPLES = `
Each commit of dist-git becomes one of source-git, with its author, date and message; it changes files below .distro
only. Commits that change the sources file or a patch are refused. After an error nothing is changed.

Examples:
  tandem source-git update-source-git rpms/acl src/acl
  tandem source-git update-source-git --dry-run rpms/acl src/acl
  tandem source-git update-source-git --force rpms/acl src/acl HEAD~2..

Exit codes: 0 done or nothing to do, 2 you can fix it, 1 anything else, 130 interrupted.
`;

/** Adds the command `update-source-git`. */
export const addUpdateSourceGit: AddCommand = (group, context) => {
  group
    .command("update-source-git")
    .description("update source-git from dist-git: each commit once more, below .distro")
    .argument("<dist-git>", "work tree of the dist-git repository")
    .argument("<source-git>", "work tree of the source-git repository")
    .argument("[revision-range]", "commits of dist-git, e.g. HEAD~2..; default: all that source-git lacks")
    .option("-f, --force", "do not check whether source-git has commits that dist-git lacks; needs a range")
    .option("--dry-run", "print what would be done, and change nothing")
    .option("--json", "print JSON, for programs")
    .addHelpText("after", EXAMPLES)
    .action(async (dist: string, source: string, range: string | undefined, options: UpdateSourceGitOptions) => {
      const { runUpdateSourceGit } = await import("./run-update-source-git.ts");
      await runUpdateSourceGit(context, { dist, source, range }, options);
    });
};

// tandem source-git update-dist-git: brings the commits of source-git to dist-git.
import { Option } from "commander";
import type { AddCommand } from "../context.ts";
import type { UpdateDistGitOptions } from "./run-update-dist-git.ts";

const EXAMPLES = `
Without a message the result is left uncommitted in the work tree of dist-git. After an error nothing is changed.

Examples:
  tandem source-git update-dist-git -m "Fix the crash at start" src/acl rpms/acl
  tandem source-git update-dist-git -F message.txt src/acl rpms/acl
  tandem source-git update-dist-git --dry-run src/acl rpms/acl
  tandem source-git update-dist-git --force --upstream-ref v2.3.1 -m "Rebase" src/acl rpms/acl

Exit codes: 0 done or nothing to do, 2 you can fix it, 1 anything else, 130 interrupted.
`;

const PKG_TOOLS = ["fedpkg", "fedpkg-stage", "centpkg", "centpkg-sig"];

/** Adds the command `update-dist-git`. */
export const addUpdateDistGit: AddCommand = (group, context) => {
  group
    .command("update-dist-git")
    .description("update dist-git from source-git: patches, spec file and synced files")
    .argument("<source-git>", "work tree of the source-git repository")
    .argument("<dist-git>", "work tree of the dist-git repository, or a directory of several")
    .addOption(new Option("-m, --message <text>", "commit with this message").conflicts("file"))
    .option("-F, --file <path>", "commit with the message in this file; - is standard input")
    .option("-f, --force", "do not check whether dist-git has commits that source-git lacks; overwrite them")
    .option("--upstream-ref <ref>", "last upstream commit: tag, branch, commit or pattern; instead of upstream_ref")
    .addOption(new Option("--pkg-tool <tool>", "upload new sources with this tool").choices(PKG_TOOLS))
    .option("--allow-empty", "record the state by a commit even if nothing changes")
    .option("--ignore-actions", "go on although source-git.yaml has actions; they never run")
    .option("--dry-run", "print what would be done, and change nothing")
    .option("--json", "print JSON, for programs")
    .addHelpText("after", EXAMPLES)
    .action(async (source: string, dist: string, options: UpdateDistGitOptions) => {
      const { runUpdateDistGit } = await import("./run-update-dist-git.ts");
      await runUpdateDistGit(context, { source, dist }, options);
    });
};

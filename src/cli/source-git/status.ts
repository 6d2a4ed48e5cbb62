// tandem source-git status: which side has commits that the other has not.
import type { AddCommand } from "../context.ts";
import type { StatusOptions } from "./run-status.ts";

const EXAMPLES = `
Exit code: 0 in every state. Nothing is changed.

Examples:
  tandem source-git status src/acl rpms/acl
  tandem source-git status --json src/acl rpms/acl
`;

/** Adds the command `status`. */
export const addStatus: AddCommand = (group, context) => {
  group
    .command("status")
    .description("tell whether source-git and dist-git are in step")
    .argument("<source-git>", "work tree of the source-git repository")
    .argument("<dist-git>", "work tree of the dist-git repository, or a directory of several")
    .option("--json", "print JSON, for programs")
    .addHelpText("after", EXAMPLES)
    .action(async (source: string, dist: string, options: StatusOptions) => {
      const { runStatus } = await import("./run-status.ts");
      await runStatus(context, { source, dist }, options);
    });
};

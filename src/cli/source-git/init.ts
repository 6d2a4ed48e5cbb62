// tandem source-git init: makes a source-git repository of an upstream and a dist-git repository.
import { Option } from "commander";
import { PKG_TOOLS } from "../../engine/init/lookaside.ts";
import type { AddCommand } from "../context.ts";
import type { InitOptions } from "./run-init.ts";

const EXAMPLES = `
The packaging goes to .distro; each patch of the spec becomes a commit. Nothing is built, executed or downloaded. After
an error nothing is changed.

Examples:
  tandem source-git init v2.3.1 src/acl rpms/acl
  tandem source-git init v2.3.1 src/acl:c9s rpms/acl:c9s
  tandem source-git init --upstream-remote upstream --pkg-tool centpkg v2.3.1 src/acl:c9s rpms/acl
  tandem source-git init --dry-run --json v2.3.1 src/acl rpms/acl

Exit codes: 0 done, 2 you can fix it, 1 anything else, 130 interrupted.
`;

/** Adds the command `init`. */
export const addInit: AddCommand = (group, context) => {
  group
    .command("init")
    .description("make a source-git repository from a clone of upstream and a dist-git repository")
    .argument("<upstream-ref>", "tag, branch or commit of upstream that dist-git packages")
    .argument("<source-git>", "work tree of the clone; SG:BRANCH makes or resets BRANCH at the upstream ref first")
    .argument("<dist-git>", "work tree of the dist-git repository; DG:BRANCH checks out BRANCH first")
    .option("--upstream-url <url>", "address of upstream for the configuration; default: that of the remote")
    .option("--upstream-remote <name>", "remote of source-git that is upstream; default: origin")
    .addOption(new Option("--pkg-tool <tool>", "whose lookaside cache has the archives").choices(PKG_TOOLS))
    .option("--pkg-name <name>", "name of the package; default: the name of dist-git's directory")
    .option("--dry-run", "print what would be done, and change nothing")
    .option("--json", "print JSON, for programs")
    .addHelpText("after", EXAMPLES)
    .action(async (upstreamRef: string, source: string, dist: string, options: InitOptions) => {
      const { runInit } = await import("./run-init.ts");
      await runInit(context, { upstreamRef, source, dist }, options);
    });
};

// tandem package add | list: onboard packages, and see how they stand.
import type { AddCommand } from "./context.ts";

const ADD_HELP = `
Does, in this order, what of it is not there yet: creates both projects in the route's groups, pushes upstream's tags and the
branches that both repositories have and the route serves; where the route has copyCiFile, adds a CI file that succeeds to
.distro/ and to dist-git; and compares both sides. A run that failed is simply repeated. Nothing is made for a package whose
sides are not in step: mend that where it comes from.

GITLAB_TOKEN is the token of somebody who may create projects in both groups.

Examples:
  tandem package add cloud-init --route staging --dry-run \\
      --from https://gitlab.com/redhat/centos-stream/src/cloud-init \\
      --dist https://gitlab.com/redhat/centos-stream/rpms/cloud-init
`;

const LIST_HELP = `
For each served branch: in step, ahead (source-git has more), behind (dist-git has more), diverged, or unknown and why. What
has to be fetched for that stays in the git cache, so the first time takes longest. Merge requests are those that changed
within 90 days.

Examples:
  tandem package list --route staging
  tandem package list --json
`;

interface AddOptions {
  readonly route: string;
  readonly from: string;
  readonly dist: string;
  readonly dryRun?: true;
  readonly json?: true;
}

/** Adds the `package` commands. */
export const addPackageCommands: AddCommand = (program, context) => {
  const commands = program.command("package").description("onboard packages, and see how they stand");
  commands
    .command("add")
    .description("make both projects of a package on a route, from repositories elsewhere")
    .argument("<name>", "what stands for {package} (or {path}) in the route")
    .requiredOption("--route <name>", "route that is to serve it")
    .requiredOption("--from <url>", "address of the source-git repository that it comes from")
    .requiredOption("--dist <url>", "address of the dist-git repository that it comes from")
    .option("--dry-run", "print the steps and change nothing")
    .option("--json", "print JSON, for programs")
    .addHelpText("after", ADD_HELP)
    .action(async (name: string, options: AddOptions) => {
      // Loaded only here: forges are large, and the other commands should start at once.
      const { runPackageAdd } = await import("./run-package-add.ts");
      const { dryRun, json, ...given } = options;
      await runPackageAdd(context, { ...given, package: name, dryRun: dryRun === true, json: json === true });
    });

  commands
    .command("list")
    .description("print the served packages, and how they stand")
    .option("--route <name>", "only this route")
    .option("--json", "print JSON, for programs")
    .addHelpText("after", LIST_HELP)
    .action(async ({ route, json }: { readonly route?: string; readonly json?: true }) => {
      const { runPackageList } = await import("./run-package-list.ts");
      await runPackageList(context, { route, json: json === true });
    });
};

// The command line of `npm run sandbox`.
import { resolve } from "node:path";
import { parseArgs } from "node:util";

const USAGE = `Usage: npm run sandbox -- [--once] [--tour]
       npm run sandbox -- [--once] --source <git url or path> --ref <branch> [--dist <git url or path>]

Plays a contributor's merge request from webhook to pipeline result on this machine, then stays up.

  --tour            the whole life of a merge request in nine scenes, both directions, with a package of its own
  --once            end after the story: 0 when it got there, 1 with the reason when it did not
  --source, --ref   try a real source-git repository, e.g. --source https://github.com/redhat-plumbers/dracut-fedora --ref main
  --dist            its dist-git repository; default: one made of .distro, without patches
  --help            this text
`;

/** What was asked for. Addresses that are paths are absolute. */
export interface Options {
  readonly tour: boolean;
  readonly once: boolean;
  readonly source: string | undefined;
  readonly ref: string | undefined;
  readonly dist: string | undefined;
}

/** Reads the arguments. A number is the exit code where nothing is to be played: the reason or the help was printed. */
export function readOptions(): Options | number {
  try {
    const { values } = parseArgs({
      options: {
        tour: { type: "boolean", default: false },
        once: { type: "boolean", default: false },
        source: { type: "string" },
        ref: { type: "string" },
        dist: { type: "string" },
        help: { type: "boolean", default: false },
      },
    });
    if (values.help) {
      process.stdout.write(USAGE);
      return 0;
    }
    const { tour, once, source, ref, dist } = values;
    if (tour && (source ?? ref ?? dist) !== undefined)
      throw new Error("--tour plays with a package of its own: leave out --source, --ref and --dist, or --tour");
    if ((source === undefined) !== (ref === undefined) || (dist && !source))
      throw new Error("--source and --ref belong together, and --dist needs them");
    return { tour, once, source: local(source), ref, dist: local(dist) };
  } catch (error) {
    process.stderr.write(`sandbox: ${error instanceof Error ? error.message : String(error)}\n\n${USAGE}`);
    return 2;
  }
}

/** A path counts from where the command was typed; git runs elsewhere. */
function local(address: string | undefined): string | undefined {
  return address === undefined || /^[a-z+]+:\/\/|^[^/]+@[^/]+:/.test(address) ? address : resolve(address);
}

// Every option of the configuration files, with its meaning. Strict: an unknown key is a mistake.
import { z } from "zod";
import { COMMAND_PREFIX } from "../model/commands.ts";
import { FORGE_NAMES } from "../model/ids.ts";

const routeOptions = z.strictObject({
  name: z
    .string()
    .regex(/^[a-z0-9][a-z0-9-]{0,62}$/, "lower-case letters, digits and dashes")
    .describe("Name of the route in logs and metrics; unique."),
  forge: z
    .enum(FORGE_NAMES)
    .default("gitlab")
    .describe("Where the source-git projects are. Dist-git is always on GitLab."),
  source: z
    .string()
    .describe("Full path of the source-git projects. {package} stands for one path segment, {path} for one or more."),
  branches: z
    .array(z.string())
    .min(1, "at least one branch pattern")
    .describe("Target branches in source-git that are served. * matches any run of characters."),
  dist: z
    .string()
    .describe("Full path of the dist-git project. Uses exactly the placeholders of source: one source, one dist-git."),
  distBranch: z
    .string()
    .default("{branch}")
    .describe("Branch in dist-git. {branch} is the target branch in source-git."),
  copyCiFile: z
    .boolean()
    .default(false)
    .describe("Copy .distro/.gitlab-ci.yml to .gitlab-ci.yml in dist-git. For staging; refused in production."),
  patchComments: z
    .enum(["full", "subject", "none"])
    .default("full")
    .describe("Comment above a patch without Patch-status: the whole message, its first line, or nothing."),
  onSourceMerge: z
    .enum(["comment", "ready", "merge"])
    .default("comment")
    .describe(
      "When the source-git merge request is merged: say so on the dist-git one, also take its draft state away, or also let it merge when its checks pass.",
    ),
  backsync: z
    .boolean()
    .default(true)
    .describe("Bring commits that only dist-git has to a merge request in source-git."),
  trust: z
    .enum(["anyone", "members"])
    .default("anyone")
    .describe(
      "Whose merge requests are followed: everybody's, or those of project members (Developer or more) while others wait for a member's ok.",
    ),
});

const routes = z
  .array(routeOptions)
  .describe("Which merge requests are served, and where the result goes. The first match wins; the rest is ignored.");

const seconds = (most: number) => z.int().min(1).max(most);

const bytes = () => z.int().min(65_536);
const workerBytes = () => bytes().max(268_435_456);

const limits = z
  .strictObject({
    webhookBytes: z
      .int()
      .min(1024)
      .max(26_214_400)
      .describe("Largest body of a delivery, in bytes. GitLab sends up to 25 MiB."),
    jobSeconds: seconds(86_400).describe("Time that one attempt of a job may take, in seconds."),
    gitSeconds: seconds(86_400).describe("Time that one git command over the network may take, in seconds."),
    localGitSeconds: seconds(86_400).describe("Time that one git command on the disk may take, in seconds."),
    fetchBytes: bytes().describe(
      "Most that one fetch may bring, in bytes. Must hold the first fetch of the largest package.",
    ),
    gitMemoryBytes: bytes().describe("Memory that one git process may take for contents of others, in bytes."),
    cacheBytes: bytes().describe(
      "Size of the git cache in bytes. Packages that were not used for the longest time go first; those in use stay.",
    ),
    commits: z.int().min(1).describe("Downstream commits of a source-git branch."),
    patchBytes: workerBytes().describe("All patches of a package together, in bytes. A worker holds them in memory."),
    readBytes: workerBytes().describe(
      "Spec file, configuration and old patches together, in bytes. A worker holds them in memory.",
    ),
    files: z.int().min(1).describe("Files in a source-git or dist-git tree."),
    fileBytes: bytes().describe("One file that is copied to dist-git, in bytes."),
    forgeSeconds: seconds(600).describe("Time that one call of GitLab's API may take, in seconds."),
    forkWaitSeconds: seconds(3600).describe(
      "Time to wait for GitLab to make a fork, in seconds; then the job is tried again.",
    ),
    lockSeconds: seconds(3600).describe(
      "Time after which a job of a worker that died is given to another one, in seconds; at most twice this.",
    ),
    concurrentJobs: z.int().min(1).max(100).describe("Jobs of one queue that a worker process works on at once."),
  })
  .describe("Sizes, times and counts.");

const serverUrl = z
  .string()
  .refine(isServerUrl, "an http or https URL without credentials, query and fragment")
  .transform((url) => url.replace(/\/+$/, ""));

/** The configuration files' options, after merging. */
export const optionsSchema = z
  .strictObject({
    gitlab: z
      .strictObject({
        url: serverUrl.describe("Address of GitLab, with the path if it is not at the root. GITLAB_URL overrides it."),
      })
      .describe("The forge of dist-git, and of source-git unless a route says otherwise."),
    github: z
      .strictObject({
        url: serverUrl.describe("Address of GitHub, for routes with `forge: github`."),
        apiUrl: serverUrl.describe("Address of GitHub's REST API; of GitHub Enterprise Server it ends in /api/v3."),
      })
      .describe("The other forge that may hold source-git."),
    listen: z
      .strictObject({
        host: z.string().min(1).describe("Address that the process listens on."),
        port: z
          .int()
          .min(0)
          .max(65_535)
          .describe("Port that the process listens on; 0 picks a free one. PORT overrides it."),
      })
      .describe(
        "Where the process listens: the API for everything, a worker of its own for health, readiness and metrics.",
      ),
    publicUrl: serverUrl
      .optional()
      .describe(
        "Address under which forges and people reach the API from outside, e.g. https://tandem.example.org. `tandem webhook install` makes hooks that post there.",
      ),
    git: z
      .strictObject({
        cacheDir: z
          .string()
          .min(1)
          .describe("Directory of the git caches, from the working directory. TANDEM_GIT_CACHE overrides it."),
      })
      .describe("The worker's git caches."),
    routes,
    commands: z
      .strictObject({
        prefix: z
          .string()
          .regex(COMMAND_PREFIX, "a slash, followed by letters, digits and dashes")
          .describe("First word of a command in a comment. Another one for each instance, or all of them answer."),
      })
      .describe("Commands in comments."),
    sweep: z
      .strictObject({
        everySeconds: seconds(86_400).describe(
          "How often a route is looked through for what no webhook told, in seconds.",
        ),
      })
      .describe("The sweep, which makes lost webhooks harmless."),
    limits,
    log: z
      .strictObject({
        level: z.enum(["error", "warn", "info", "debug"]).describe("Least important level that is logged."),
      })
      .describe("Logs, as JSON lines on standard error."),
  })
  .describe("Configuration of Tandem. Secrets are not part of it: they come from the environment.");

export type Options = z.output<typeof optionsSchema>;

/** The JSON schema of a configuration file, for editors. A file need not hold every option, as files are merged. */
export function configJsonSchema(): Readonly<Record<string, unknown>> {
  const { properties = {}, ...schema } = withoutRequired(z.toJSONSchema(optionsSchema, { io: "input" }));
  const optional = Object.entries(properties).map(([name, value]) => [
    name,
    typeof value === "boolean" ? value : withoutRequired(value),
  ]);
  return { title: "Tandem configuration", ...schema, properties: Object.fromEntries(optional) };
}

type JsonSchema = z.core.JSONSchema.BaseSchema;

/** What is required is required of the merged result. Inside a list (a route) nothing is merged, so it stays there. */
function withoutRequired({ required: _, ...schema }: JsonSchema): JsonSchema {
  return schema;
}

function isServerUrl(text: string): boolean {
  if (!URL.canParse(text)) return false;
  const { protocol, username, password, search, hash } = new URL(text);
  return (protocol === "https:" || protocol === "http:") && `${username}${password}${search}${hash}` === "";
}

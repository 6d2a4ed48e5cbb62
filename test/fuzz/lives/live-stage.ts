// Where a life takes place: a GitLab double with one package, people, one or two merge requests, and the bot in this
// process. Deliveries wait in the double's log until somebody hands them over.
import { join } from "node:path";
import { type GitLabDouble, startGitLabDouble } from "../../gitlab-double/gitlab-double.ts";
import type { Delivery } from "../../gitlab-double/state/logs.ts";
import type { MergeRequest, Project } from "../../gitlab-double/state/types.ts";
import { type InProcessBot, startInProcessBot } from "../../support/in-process-bot.ts";
import { type Account, type Contribution, contribute, createPackage, type Package } from "../../support/package.ts";
import type { Life } from "./random-life.ts";

/** The stage. */
export interface LiveStage {
  readonly double: GitLabDouble;
  readonly bot: InProcessBot;
  readonly botUser: Account;
  readonly author: Account;
  readonly maintainer: Account;
  readonly stranger: Account;
  /** Developer in both projects, neither author nor maintainer. */
  readonly member: Account;
  readonly pkg: Package;
  readonly contributions: readonly Contribution[];
  readonly trust: Life["trust"];
  /** Source commit that everything begins with. */
  readonly start: string;
  /** Calls that a job made twice, as far as jobs ran alone. */
  readonly repeated: string[];
  /** The deliveries since the last call. */
  takeDeliveries(): readonly Delivery[];
  close(): Promise<void>;
}

const GROUPS = { source: "group/src", dist: "group/rpms" };
const HOOK = { url: "http://127.0.0.1:9/", token: "none" };

/** Sets it. */
export async function setLiveStage(home: string, { trust, onSourceMerge, second }: Life): Promise<LiveStage> {
  const double = await startGitLabDouble({ dataDir: join(home, "gitlab"), forkDelayMs: 0 });
  const { admin, view } = double;
  // Nothing is sent over the network: what is held stands in the log.
  double.faults.deliveries("hold", { times: Number.POSITIVE_INFINITY });
  const [botUser, author, stranger, member] = ["tandem-bot", "alice", "mallory", "devon"].map((name) =>
    admin.createUser(name),
  ) as [Account, Account, Account, Account];
  const pkg = await createPackage(double, {
    name: "hello",
    source: `${GROUPS.source}/hello`,
    dist: `${GROUPS.dist}/hello`,
  });
  const maintainer = { user: pkg.maintainer, token: `glpat-${pkg.maintainer.username}` };
  const start = view.branches(pkg.source).c9s ?? "";
  for (const project of [pkg.source, pkg.dist]) {
    admin.addMember(project, member.user, 30);
    await admin.setBranch(project, "c10s", view.branches(project).c9s, maintainer.user);
  }
  await admin.setBranch(pkg.source, "side", start, maintainer.user);
  addHooks(double, botUser);
  const contributions = [
    await contribute(double, pkg, author),
    ...(second ? [await contribute(double, pkg, author, SECOND)] : []),
  ];
  await double.idle();
  const bot = startInProcessBot({
    home: join(home, "tandem"),
    gitlabUrl: double.url,
    token: botUser.token,
    config: {
      routes: [
        {
          name: "lives",
          source: `${GROUPS.source}/{package}`,
          dist: `${GROUPS.dist}/{package}`,
          branches: ["c9s", "c10s"],
          copyCiFile: true,
          trust,
          onSourceMerge,
        },
      ],
    },
  });
  let taken = 0;
  return {
    ...{ trust, double, bot, botUser, author, maintainer, stranger, member, pkg, contributions, start, repeated: [] },
    takeDeliveries() {
      const fresh = double.logs.deliveries.slice(taken);
      taken = double.logs.deliveries.length;
      return fresh;
    },
    close: () => double.close(),
  };
}

const SECOND = {
  branch: "second",
  title: "Say goodbye",
  description: "It only greeted.",
  commits: [{ message: "Say goodbye\n", files: { "bye.c": "int bye(void);\n" } }],
};

function addHooks({ admin, faults, view }: GitLabDouble, bot: Account): void {
  admin.addHook(admin.createGroup(GROUPS.source), { ...HOOK, events: ["merge_requests", "note"] });
  admin.addHook(admin.createGroup(GROUPS.dist), { ...HOOK, events: ["pipeline", "push", "note", "merge_requests"] });
  // A pair's pipelines run in the bot's fork, whose hook an admin adds.
  const hooked = new Set<Project>();
  faults.onRequest({ method: "POST", path: /\/projects\/[^/]+\/fork$/ }, "after", () => {
    for (const fork of view.projects()) {
      if (fork.creatorId !== bot.user.id || hooked.has(fork)) continue;
      hooked.add(fork);
      admin.addHook(fork, { ...HOOK, events: ["pipeline"] });
    }
  });
}

/** The bot's dist-git merge requests for a source merge request, oldest first. */
export function pairsOf({ double, pkg, botUser }: LiveStage, { iid }: MergeRequest): readonly MergeRequest[] {
  return double.view
    .mergeRequests(pkg.dist)
    .filter(({ authorId, sourceBranch }) => authorId === botUser.user.id && sourceBranch.startsWith(`src-${iid}-`));
}

/** The bot's merge requests from a dist-git branch to source-git, oldest first. */
export function backsyncsOf({ double, pkg, botUser }: LiveStage, branch: string): readonly MergeRequest[] {
  return double.view
    .mergeRequests(pkg.source)
    .filter(
      ({ authorId, sourceBranch }) => authorId === botUser.user.id && sourceBranch === `sync-from-dist-git/${branch}`,
    );
}

// Pairs, jobs and numbers as a service has them after some weeks. The same ones every time: the seed is the index.
import {
  type ChecksState,
  type HealthView,
  type JobState,
  type JobView,
  PAIR_STATES,
  type PairView,
  type TrendView,
} from "../../src/model/pair-view.ts";

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;

const PACKAGES = [
  "cloud-init",
  "glibc",
  "open-vm-tools",
  "luksmeta",
  "systemd",
  "dracut",
  "acl",
  "NetworkManager",
  "qemu-kvm",
];
const TITLES = [
  "Fix the crash when the configuration is empty",
  "Rebase to 2.41.3, which brings the new resolver and drops the patches that upstream has taken since the last release of ours",
  "Backport: do not wait for units that were masked",
  'Handle <b>&amp;</b> and "quotes" in mount options',
  "CVE-2026-1234: bound the length of the header",
];
const AUTHORS = ["mlopez", "a.very.long.user.name.of.somebody", "jdoe", "kpaul"];
const CHECKS: readonly ChecksState[] = ["success", "success", "running", "failed", "pending", "none"];

/** A pair; the higher the index, the older. Every tenth is not public, every seventh has no dist-git merge request. */
export function madePair(index: number, now: number): PairView {
  const name = pick(PACKAGES, index * 7);
  const isProduction = index % 3 !== 0;
  const group = isProduction ? "redhat/centos-stream" : "packit-service";
  const isOpen = index % 4 !== 3;
  const lastEventAt = now - Math.round(20_000 + index ** 1.3 * MINUTE);
  const source = {
    iid: 10 + index,
    state: isOpen ? "opened" : "merged",
    draft: index % 11 === 5,
    branch: "c10s",
  } as const;
  const sourcePath = `${group}/src/${name}`;
  const distPath = `${group}/rpms/${name}`;
  return {
    id: `gitlab-${1_000 + (index % 500)}-${source.iid}`,
    route: isProduction ? "centos-stream" : "staging",
    package: name,
    source: {
      ...source,
      projectPath: sourcePath,
      webUrl: `https://gitlab.example/${sourcePath}/-/merge_requests/${source.iid}`,
      title: pick(TITLES, index),
      author: pick(AUTHORS, index * 3),
      createdAt: lastEventAt - (1 + (index % 40)) * 5 * HOUR,
    },
    dist:
      index % 7 === 6
        ? undefined
        : {
            ...source,
            projectPath: distPath,
            iid: 400 + index,
            webUrl: `https://gitlab.example/${distPath}/-/merge_requests/${400 + index}`,
          },
    state: isOpen ? pick(PAIR_STATES, index % 5 === 0 ? 1 + index / 5 : 0) : "in-step",
    checks: index % 7 === 6 ? "none" : pick(CHECKS, index),
    summary: "in step: the dist-git merge request follows",
    lastEventAt,
    isPublic: index % 10 !== 9,
  };
}

/** So many pairs. */
export function madePairs(count: number, now: number): readonly PairView[] {
  return Array.from({ length: count }, (_, index) => madePair(index, now));
}

const JOBS: readonly (readonly [JobView["queue"], JobState])[] = [
  ["mirror", "active"],
  ["ci", "done"],
  ["mirror", "noop"],
  ["mirror", "failed"],
  ["mirror", "refused"],
  ["mirror", "done"],
];

/** The jobs of a pair, newest first. */
export function madeJobs(pair: PairView): readonly JobView[] {
  return JOBS.map(([queue, state], index) => madeJob(pair, queue, state, pair.lastEventAt - index * 47 * MINUTE));
}

function madeJob(pair: PairView, queue: JobView["queue"], state: JobState, addedAt: number): JobView {
  const isOver = state !== "active";
  const hasFailed = state === "failed";
  return {
    id: `9f8b7c6d-${addedAt}~${pair.id}`,
    queue,
    subject: pair.id.replace("-", "/").replace("-", "!"),
    pairs: [pair.id],
    route: pair.route,
    origin: `9f8b7c6d-${addedAt}`,
    state,
    addedAt,
    startedAt: addedAt + 340,
    endedAt: isOver ? addedAt + 4_700 : undefined,
    attempts: hasFailed ? 3 : 1,
    isPublic: pair.isPublic,
    details: {
      summary: hasFailed ? "auth/forge-forbidden: GitLab refuses to push to the fork" : "in step",
      plan:
        state === "done" && queue === "mirror"
          ? [
              `source     ${pair.source.projectPath}!${pair.source.iid} (opened): ${pair.source.title}`,
              `dist-git   ${pair.dist?.projectPath}, branch c10s: no merge request yet`,
              "decision   create (head, title)",
              `steps      1. make the dist-git commit and push it to src-${pair.source.iid}-c10s, if it changes anything`,
              "           2. open the dist-git merge request",
              "tells      created",
            ]
          : [],
      steps: isOver
        ? [
            { name: "observe", seconds: 0.84 },
            { name: "plan", seconds: 0.002 },
            { name: "apply", seconds: 2.91 },
            { name: "report", seconds: 0.58 },
          ]
        : [],
      errors: hasFailed
        ? ["upstream/forge-unavailable: 502", "auth/forge-forbidden: GitLab refuses to push to the fork"]
        : [],
    },
  };
}

/** How a service is that is mostly well. */
export function madeHealth(now: number): HealthView {
  return {
    queues: [
      { queue: "mirror", jobs: { waiting: 3, delayed: 1, active: 2, failed: 2 }, oldestSeconds: 4.2 },
      { queue: "ci", jobs: { waiting: 0, delayed: 0, active: 1, failed: 0 }, oldestSeconds: 0 },
      { queue: "backsync", jobs: { waiting: 0, delayed: 0, active: 0, failed: 0 }, oldestSeconds: 0 },
      { queue: "sweep", jobs: { waiting: 0, delayed: 0, active: 0, failed: 0 }, oldestSeconds: 0 },
    ],
    sweeps: [
      { route: "centos-stream", at: now - 7 * MINUTE, found: 4, isFull: false },
      { route: "staging", at: now - 9 * MINUTE, found: 0, isFull: true },
    ],
    heard: [
      { route: "centos-stream", side: "source", at: now - 40_000 },
      { route: "centos-stream", side: "dist", at: now - 3 * MINUTE },
      { route: "staging", side: "source", at: now - 30 * HOUR },
      { route: "staging", side: "dist", at: undefined },
    ],
  };
}

/** Two days: busy at noon, with a bad hour and some slow rides. */
export function madeTrend(now: number): TrendView {
  const thisHour = now - (now % HOUR);
  const hours = Array.from({ length: 48 }, (_, index) => {
    const at = thisHour - (47 - index) * HOUR;
    const ended = Math.round(40 * Math.sin((((at / HOUR) % 24) / 24) * Math.PI) ** 2 + (index % 5));
    return { at, ended, failed: index === 30 ? ended : index % 17 === 4 ? 1 : 0 };
  });
  const opened = Array.from({ length: 160 }, (_, index) => ({
    at: now - 47 * HOUR + index * 17 * MINUTE,
    seconds: 2.1 + (index % 13) * 0.35 + (index % 29 === 7 ? 95 : 0) + (index % 53 === 11 ? 800 : 0),
  }));
  return { opened, hours };
}

function pick<T>(list: readonly T[], index: number): T {
  const item = list[Math.floor(index) % list.length];
  if (item === undefined) throw new Error("an empty list");
  return item;
}

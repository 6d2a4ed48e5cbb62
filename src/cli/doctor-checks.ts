// The doctor's checks: each reads its facts through an adapter and has them judged.
import { notChecked, type Remark } from "../admin/doctor/finding.ts";
import { judgeConfig, judgeSecrets } from "../admin/doctor/judge-config.ts";
import { judgeDisk, judgeGit } from "../admin/doctor/judge-machine.ts";
import { judgeNoPublicUrl, judgePublicUrl } from "../admin/doctor/judge-public-url.ts";
import { judgeQueue } from "../admin/doctor/judge-queue.ts";
import { probePublicUrl } from "../admin/doctor/probe-public-url.ts";
import { readDisk } from "../admin/doctor/read-disk.ts";
import type { Check } from "../admin/doctor/run-checks.ts";
import { formatProblem } from "../config/problem.ts";
import { describeQueue } from "../config/queue-url.ts";
import type { ConfigSurvey } from "../config/survey.ts";
import { configWarnings } from "../config/warnings.ts";
import { tryGit } from "../git/try-git.ts";
import type { Secret } from "../model/secret.ts";
import { inspectQueue } from "../queue/inspect.ts";
import type { DoctorDeps } from "./doctor-deps.ts";
import { forgeChecks } from "./doctor-forge-checks.ts";
import { gitEnvironment } from "./git-environment.ts";

/** An embedded queue of a trial is far smaller. */
const EMBEDDED_BYTES = 256 * 1024 * 1024;

/** All checks, in the order in which their findings are printed. */
export function listChecks(deps: DoctorDeps): readonly Check[] {
  return [
    { group: "configuration", name: "values", look: async () => checkConfiguration(deps.survey) },
    { group: "secrets", name: "secrets", look: async () => checkSecrets(deps.survey) },
    ...forgeChecks(deps),
    { group: "queue", name: "queue", look: () => checkQueue(deps) },
    { group: "machine", name: "git", look: () => checkGit(deps) },
    { group: "machine", name: "git cache", look: () => checkCacheDisk(deps) },
    { group: "public address", name: "address", look: () => checkPublicUrl(deps) },
  ];
}

function checkConfiguration({ environment, problems, options }: ConfigSurvey): readonly Remark[] {
  const { routes } = options;
  const warnings = routes ? configWarnings({ routes }) : [];
  return judgeConfig({ environment, problems: problems.map(formatProblem), warnings, routes: routes?.length });
}

function checkSecrets({ webhooks, adminToken, options }: ConfigSurvey): readonly Remark[] {
  const lengths = (secrets: readonly Secret[]) => secrets.map((secret) => secret.reveal().length);
  return judgeSecrets({
    webhookSecrets: lengths(webhooks.jwtSecrets),
    signingTokens: webhooks.signingTokens.length,
    githubSecrets: lengths(webhooks.githubSecrets),
    hasAdminToken: adminToken !== undefined,
    usesGitHub: options.routes?.some(({ forge }) => forge === "github") ?? false,
  });
}

async function checkQueue({ survey: { queue }, signal }: DoctorDeps): Promise<readonly Remark[]> {
  if (!queue) return [notChecked("queue", "QUEUE_URL is among the problems")];
  const remarks = judgeQueue(await inspectQueue(queue, signal), describeQueue(queue));
  if (queue.kind !== "embedded") return remarks;
  const use = { name: "disk", setting: "QUEUE_URL", wantedBytes: EMBEDDED_BYTES };
  return [...remarks, judgeDisk(use, await readDisk(queue.directory))];
}

async function checkGit({ env, signal }: DoctorDeps): Promise<readonly Remark[]> {
  return [judgeGit(await tryGit(gitEnvironment(env), signal))];
}

async function checkCacheDisk({ survey: { options } }: DoctorDeps): Promise<readonly Remark[]> {
  const { git, limits } = options;
  const name = "git cache";
  if (!git || !limits) return [notChecked(name, "git or limits are among the problems")];
  const use = { name, setting: "TANDEM_GIT_CACHE", wantedBytes: limits.cacheBytes };
  return [judgeDisk(use, await readDisk(git.cacheDir))];
}

async function checkPublicUrl({ survey: { options }, clock, signal }: DoctorDeps): Promise<readonly Remark[]> {
  const { publicUrl } = options;
  if (publicUrl === undefined) return [judgeNoPublicUrl()];
  return judgePublicUrl(publicUrl, await probePublicUrl(publicUrl, signal), clock.now());
}

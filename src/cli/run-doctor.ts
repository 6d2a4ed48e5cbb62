// Makes all of the doctor's checks and prints what they found.
import type { Finding } from "../admin/doctor/finding.ts";
import { runChecks } from "../admin/doctor/run-checks.ts";
import { secretValues } from "../config/secret-values.ts";
import { type ConfigSurvey, surveyConfig } from "../config/survey.ts";
import { cut, plainLine } from "../model/plain-line.ts";
import { createRedactor } from "../model/redact-values.ts";
import { systemClock } from "../telemetry/clock.ts";
import { chooseRoutes } from "./choose-routes.ts";
import type { CliContext } from "./context.ts";
import { listChecks } from "./doctor-checks.ts";
import { doctorJson, doctorText } from "./doctor-text.ts";
import { EXIT_FAILED } from "./exit-code.ts";

/** What was asked for. */
export interface DoctorRequest {
  /** Undefined: all. */
  readonly route: string | undefined;
  readonly json: boolean;
}

type Surroundings = Pick<CliContext, "env" | "cwd" | "stdout" | "stderr" | "terminal" | "setExitCode">;

/** Longest text of a finding. */
const MAX_TEXT = 500;
/** The time for each check. */
const LIMIT_MS = 10_000;

/** Throws kind `user` for an unknown route, and nothing else: what goes wrong is a finding. */
export async function runDoctor({ route, json }: DoctorRequest, surroundings: Surroundings): Promise<void> {
  const { env, cwd, stdout, stderr, terminal, setExitCode } = surroundings;
  const survey = surveyConfig({ env, cwd });
  const routes = survey.options.routes && chooseRoutes(survey.options.routes, route);
  const ended = new AbortController();
  const checks = listChecks({ survey, routes, env, clock: systemClock, signal: ended.signal, timeoutMs: LIMIT_MS });
  const onDone = (done: number) => {
    if (terminal) stderr(`\r\u001b[K${done === checks.length ? "" : `${done} of ${checks.length} checks done …`}`);
  };
  const found = await runChecks(checks, { limitMs: LIMIT_MS, clock: systemClock, onDone });
  // What hangs must not keep the process.
  ended.abort();
  const findings = found.map((finding) => clean(finding, survey));
  stdout(json ? doctorJson(findings) : doctorText(findings));
  if (findings.some(({ level }) => level === "failed")) setExitCode(EXIT_FAILED);
}

/** Texts of servers are a stranger's, and may repeat what they were sent. */
function clean({ found, fix, ...finding }: Finding, { queue, ...survey }: ConfigSurvey): Finding {
  const { webhooks, gitlabToken, githubToken, adminToken } = survey;
  const hide = createRedactor(
    secretValues({
      webhooks,
      ...(queue ? { queue } : {}),
      ...(gitlabToken ? { gitlabToken } : {}),
      ...(githubToken ? { githubToken } : {}),
      ...(adminToken ? { adminToken } : {}),
    }),
  );
  const line = (text: string) => cut(plainLine(hide(text)), MAX_TEXT);
  return { ...finding, found: line(found), ...(fix === undefined ? {} : { fix: line(fix) }) };
}

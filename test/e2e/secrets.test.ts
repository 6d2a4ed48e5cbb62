// No secret gets out: a whole run, with forges and git hosts that quote what they were sent, and then a search through
// everything that the run has written or shown: logs, what the forge was told, the queue, git's objects and files, the
// arguments and environments of all processes, metrics and the admin pages.
import { spawnSync } from "node:child_process";
import { mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, expect, it } from "@jest/globals";
import { mintWebhookToken } from "../../src/admin/hooks/make-token.ts";
import { Secret } from "../../src/model/secret.ts";
import { hasProc, type Sampler, sampleProcesses } from "../support/child-processes.ts";
import { dumpEmbedded, dumpRedis } from "../support/dump-queue.ts";
import { eventually } from "../support/eventually.ts";
import { contribute } from "../support/package.ts";
import { hasRedis, startRedis } from "../support/redis-server.ts";
import { type Stage, type StageOptions, setStage, WEBHOOK_SECRET } from "../support/stage.ts";

// With characters that URLs and base64 write differently.
const TOKEN = "glpat-W4tch/me+th3re=is&a?token";
const ADMIN = "the-admin/token+of&the=run";
const GITHUB = "gh0_the/other+forge=s&token";
const BASIC = Buffer.from(`oauth2:${TOKEN}`).toString("base64");
/** What a careless server says of the request that it got. */
const QUOTE = `PRIVATE-TOKEN: ${TOKEN}; Authorization: Basic ${BASIC}; ?private_token=${encodeURIComponent(TOKEN)}`;

/** Every form in which a secret could be found, the inside of a longer base64 text included. */
function formsOf(secret: string): readonly string[] {
  const inBase64 = ["", "x", "xx"].map((before) => {
    const text = Buffer.from(`${before}${secret}`).toString("base64").replace(/=+$/, "");
    return text.slice(before === "" ? 0 : 4, -2);
  });
  const forms = [secret, encodeURIComponent(secret), JSON.stringify(secret).slice(1, -1), ...inBase64];
  return [...new Set([...forms, ...inBase64.map((form) => form.replaceAll("+", "-").replaceAll("/", "_"))])];
}

/** Which places hold which form. */
function find(places: Readonly<Record<string, string>>, secrets: Readonly<Record<string, string>>): readonly string[] {
  return Object.entries(places).flatMap(([place, text]) =>
    Object.entries(secrets).flatMap(([name, secret]) =>
      formsOf(secret).flatMap((form) => {
        const at = text.indexOf(form);
        return at < 0 ? [] : [`${name} in ${place}: …${text.slice(Math.max(0, at - 120), at)}<here>`];
      }),
    ),
  );
}

/** All files below a directory, and all objects of the git repositories in it, which are compressed in the files. */
function readTree(directory: string): string {
  let text = "";
  for (const entry of readdirSync(directory, { withFileTypes: true })) {
    const path = join(directory, entry.name);
    if (entry.isFile()) text += readFileSync(path, "latin1");
    if (!entry.isDirectory()) continue;
    text += readTree(path);
    if (readdirSync(path).includes("HEAD")) {
      const git = ["--git-dir", path, "cat-file", "--batch-all-objects", "--batch"];
      text += spawnSync("git", git, { encoding: "latin1", maxBuffer: 256 * 1024 * 1024 }).stdout;
    }
  }
  return text;
}

function bodiesOf({ double }: Stage): string {
  return double.logs.requests.map(({ requestBody }) => requestBody).join("\n");
}

const ALWAYS = Number.POSITIVE_INFINITY;

/** Faults that quote what was sent, and what shows that Tandem has met them. */
const FAULTS: readonly (readonly [string, (stage: Stage) => void, RegExp])[] = [
  [
    // The first: no other job may take its turn, and the one that is let pass is the contributor's.
    "the forge refuses the merge request with words that the author is told",
    ({ double }) =>
      double.faults.answer(
        { method: "POST", path: /\/merge_requests$/, skip: 1 },
        { status: 403, body: { message: QUOTE } },
      ),
    /forge-forbidden/,
  ],
  [
    "the forge refuses the token and quotes it",
    ({ double }) =>
      double.faults.answer(
        { method: "GET", path: /\/merge_requests\/\d+$/, times: ALWAYS },
        { status: 401, body: { message: QUOTE } },
      ),
    /"kind":"auth"/,
  ],
  [
    "a proxy answers with a page that quotes the request",
    ({ double }) =>
      double.faults.answer(
        { method: "GET", path: /\/merge_requests\/\d+$/, times: ALWAYS },
        { status: 502, text: `<html>${QUOTE}</html>`, contentType: "text/html" },
      ),
    /"code":"forge-unavailable"/,
  ],
  [
    "an answer that is no JSON and quotes the request",
    ({ double }) =>
      double.faults.answer(
        { method: "GET", path: /\/merge_requests\/\d+$/, times: ALWAYS },
        { status: 200, text: QUOTE, contentType: "application/json" },
      ),
    /"code":"forge-answer-broken"/,
  ],
  [
    "an answer of another shape whose fields quote the request",
    ({ double }) =>
      double.faults.answer(
        { method: "GET", path: /\/merge_requests\/\d+$/, times: ALWAYS },
        { status: 200, body: { iid: QUOTE, [QUOTE]: QUOTE } },
      ),
    /"code":"forge-answer-broken"/,
  ],
  [
    "the git host refuses to give, and quotes the request",
    ({ double }) =>
      double.faults.answer(
        { method: "POST", path: /git-upload-pack$/, times: ALWAYS },
        { status: 403, text: `${QUOTE}\n`, contentType: "text/plain" },
      ),
    /"code":"remote-auth"/,
  ],
  [
    "the git host refuses the push, and quotes the request",
    ({ double }) =>
      double.faults.answer(
        { path: /git-receive-pack$/, times: ALWAYS },
        { status: 403, text: `${QUOTE}\n`, contentType: "text/plain" },
      ),
    /"code":"remote-auth"/,
  ],
];

/** The embedded queue takes three times as long: it is looked at where there is no Redis. */
const backends: readonly (readonly [string, "embedded" | "redis"])[] = [
  hasRedis ? ["Redis, in two processes", "redis"] : ["the embedded queue, in one process", "embedded"],
];

(hasProc ? describe : describe.skip)("no secret gets out", () => {
  it.each(backends)(
    "with %s",
    async (_, kind) => {
      const home = mkdtempSync(join(tmpdir(), "tandem-secrets-"));
      const redis = kind === "redis" ? await startRedis() : undefined;
      const log: string[] = [];
      let sampler: Sampler | undefined;
      const options: StageOptions = {
        home,
        botToken: TOKEN,
        secretsIn: join(home, "secrets"),
        secrets: { ADMIN_TOKEN: ADMIN, GITHUB_TOKEN: GITHUB },
        onLog: (line) => log.push(JSON.stringify(line)),
        ...(redis ? { queue: redis.url, split: true } : { queue: "embedded" }),
      };
      const stage = await setStage(options);
      const places: Record<string, string> = { metrics: "" };
      try {
        sampler = sampleProcesses(() => stage.processes.map(({ pid }) => pid));
        // Long enough to be seen.
        stage.double.faults.delay({ path: /\.git\/info\/refs$/, times: ALWAYS }, 60);
        const good = await contribute(stage.double, await stage.package("good"), stage.alice);
        await eventually(() => stage.comments(good.mergeRequest)[0]?.includes("in step"), { withinMs: 60_000 });
        let number = 0;
        for (const [what, fault, met] of FAULTS) {
          const pkg = await stage.package(`bad-${++number}`);
          const before = log.length;
          fault(stage);
          await contribute(stage.double, pkg, stage.alice);
          await eventually(() => log.slice(before).some((line) => met.test(line)), { withinMs: 60_000, what });
          stage.double.faults.clear();
          stage.double.faults.delay({ path: /\.git\/info\/refs$/, times: ALWAYS }, 60);
        }
        const shown = async (path: string) =>
          (await fetch(`${stage.service.url}${path}`, { headers: { Authorization: `Bearer ${ADMIN}` } })).text();
        for (const { url } of stage.processes) places.metrics += await (await fetch(`${url}/metrics`)).text();
        expect(places.metrics).toContain('tandem_job_failures_total{queue="mirror",kind="auth"');
        for (const status of ["failed", "delayed", "completed", "latest"])
          places[`admin ${status}`] = await shown(
            `/admin/queues/api/queues?activeQueue=mirror&status=${status}&page=1&jobsPerPage=50`,
          );
        expect(places["admin failed"]).toContain("forge-unauthorized");
        // What the search would find if it were there: the words around it are.
        expect(log.join("\n")).toContain("PRIVATE-TOKEN: [secret]");
        expect(bodiesOf(stage)).toMatch(/PRIVATE-TOKEN: [^;]*secret/);
      } finally {
        sampler?.stop();
        await stage.close();
        places.log = log.join("\n");
        places["what the forge was told"] = JSON.stringify(
          stage.double.logs.requests.map(({ path, query, requestBody, userAgent }) => [
            path,
            query,
            requestBody,
            userAgent,
          ]),
        );
        // Without what keeps the forge from reading anything into a text.
        places["what the forge was told, as people read it"] = bodiesOf(stage).replace(/[\u200b\\]/g, "");
        places.queue = redis ? await dumpRedis(redis.url) : await dumpEmbedded(join(home, "tandem", "queue"));
        places["Tandem's files"] = readTree(join(home, "tandem"));
        places["the forge's repositories"] = readTree(join(home, "gitlab"));
        places.processes = [...(sampler?.seen ?? [])].join("\n");
        await redis?.stop();
        rmSync(home, { recursive: true, force: true });
      }
      expect(places.processes).toContain("git-remote-http");
      expect(places.processes).toContain("TANDEM_CREDENTIAL_PIPE");
      expect(places.queue).toContain("origin");
      const secrets = {
        "the token": TOKEN,
        "the other forge's token": GITHUB,
        "the admin's token": ADMIN,
        "the webhook secret": WEBHOOK_SECRET,
        "a hook's token": await mintWebhookToken({ namespace: "packit-service/src" }, new Secret(WEBHOOK_SECRET)),
      };
      expect(find({ control: `x ${BASIC} y` }, secrets)).toHaveLength(1);
      expect(find(places, secrets)).toEqual([]);
    },
    300_000,
  );
});

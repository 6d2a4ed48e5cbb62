// Says at the end of a run what this machine could not try, so that a green run is not taken for more than it is.
import { spawnSync } from "node:child_process";
import { existsSync } from "node:fs";
import { join } from "node:path";

const root = join(import.meta.dirname, "../..");
const lacks = (program) => spawnSync(program, ["--help"], { stdio: "ignore" }).error !== undefined;

/** What a run may lack, and what was not tried because of it. */
const CHECKS = [
  [
    lacks("redis-server"),
    "there is no redis-server here: Redis was not tried, the queue ran on the embedded backend only",
  ],
  [lacks("rpmspec"), "there is no rpmspec here: the results of the spec editor were not held against rpm"],
  [lacks("zsh") || lacks("fish"), "there is no zsh or no fish here: its completion script was not tried"],
  [lacks("kubectl"), "there is no kubectl here: the Kubernetes manifests of deploy/ were not rendered"],
  [!existsSync("/usr/bin/chromium"), "there is no /usr/bin/chromium here: the pages were not opened in a browser"],
  [
    !existsSync(join(root, "../shared")),
    "there is no ../shared here: nothing was held against GitLab's schemas and packit's recorded runs",
  ],
];

export default class NotTried {
  onRunComplete() {
    const notes = CHECKS.filter(([missing]) => missing).map(([, note]) => `Not tried: ${note}.\n`);
    if (notes.length > 0) process.stderr.write(`\n${notes.join("")}`);
  }
}

// From two empty groups to a package whose merge request is green, with the commands of the admins' guide, word for word:
// but for the address of GitLab, which is the double's.
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, it } from "@jest/globals";
import type { Project } from "../gitlab-double/state/types.ts";
import { commandsBelow, runInShell } from "../support/document-commands.ts";
import { eventually } from "../support/eventually.ts";
import { type Account, contribute, createPackage, type Package } from "../support/package.ts";
import { type Stage, setStage, WEBHOOK_SECRET } from "../support/stage.ts";

const home = mkdtempSync(join(tmpdir(), "tandem-from-nothing-"));
let stage: Stage;
let admin: Account;
let elsewhere: Package;

beforeAll(async () => {
  stage = await setStage({ home, hooks: false });
  const { double } = stage;
  admin = double.admin.createUser("ada", { name: "Ada Admin" });
  for (const path of ["packit-service/src", "packit-service/rpms"])
    double.admin.addMember(double.admin.createGroup(path), admin.user, 50);
  const at = (side: string) => `redhat/centos-stream/${side}/cloud-init`;
  elsewhere = await createPackage(double, { name: "cloud-init", source: at("src"), dist: at("rpms"), hasCi: false });
});
afterAll(async () => {
  await stage.close();
  rmSync(home, { recursive: true, force: true });
});

/** Runs one block of the guide as the admin. */
async function run(block: string | undefined) {
  const { double, service } = stage;
  const config = join(home, "tandem", "tandem.yaml");
  const script = (block ?? "exit 99").replaceAll("https://gitlab.com", double.url);
  return await runInShell(script, {
    cwd: home,
    env: {
      TANDEM_ENV: "staging",
      TANDEM_CONFIG: config,
      TANDEM_GIT_CACHE: join(home, "admin", "git"),
      GITLAB_URL: double.url,
      GITLAB_TOKEN: admin.token,
      GITLAB_WEBHOOK_SECRET: WEBHOOK_SECRET,
      QUEUE_URL: `embedded:${join(home, "admin", "queue")}`,
      ADMIN_TOKEN: "a-token-for-the-admin-pages",
      PORT: new URL(service.url).port,
    },
  });
}

const at = (path: string): Project => {
  const found = stage.double.view.projects().find((project) => stage.double.view.pathOf(project) === path);
  if (!found) throw new Error(`${path} is not there`);
  return found;
};

it("the guide's commands lead there", async () => {
  const [install, verify, doctor] = commandsBelow("docs/admins.md", "Serve a group");
  const [add, list] = commandsBelow("docs/admins.md", "Add a package");

  const installed = await run(install);
  expect(installed).toMatchObject({ code: 0 });
  const added = await run(add);
  expect(added).toMatchObject({
    code: 0,
    stderr: expect.anything(),
    stdout: expect.stringMatching(/^branch +c9s in step\nwebhooks +ok$/m),
  });
  const verified = await run(verify);
  expect(verified).toMatchObject({ code: 0 });
  const listed = await run(list);
  expect(listed.stdout).toMatch(/^staging {2}cloud-init {2}c9s in step {2}ok +-$/m);
  const checked = await run(doctor);
  expect(checked).toMatchObject({ code: 0 });

  const { double, bot } = stage;
  const pkg = { ...elsewhere, source: at("packit-service/src/cloud-init"), dist: at("packit-service/rpms/cloud-init") };
  double.admin.addMember(pkg.source, bot.user, 30);
  const { mergeRequest } = await contribute(double, pkg, stage.alice);
  await eventually(() => stage.comments(mergeRequest).join().includes("and its checks passed"), {
    what: "a comment that tells of checks that passed",
    withinMs: 60_000,
  });
  const dist = stage.distMergeRequest(pkg, mergeRequest.iid);
  expect(dist?.state).toBe("opened");
});

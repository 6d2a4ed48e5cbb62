// Brings a real source-git repository into the GitLab double, with a dist-git repository beside it.
import { execFile } from "node:child_process";
import { promisify } from "node:util";
import { parse } from "yaml";
import type { GitLabDouble } from "../gitlab-double/gitlab-double.ts";
import type { Project } from "../gitlab-double/state/types.ts";
import { CI_FILE, type Package } from "../support/package.ts";

const run = promisify(execFile);
/** What of `.distro` never was in dist-git. */
const SOURCE_ONLY = new Set(["source-git.yaml", ".gitignore"]);

/** What to import. */
export interface ImportOptions {
  /** URL or path of the source-git repository. */
  readonly source: string;
  /** Branch with the packaging. */
  readonly ref: string;
  /** URL or path of the dist-git repository; its branch has the same name. Default: made of `.distro`. */
  readonly dist: string | undefined;
}

/** Imports the package into the groups of the staging configuration. */
export async function importPackage(double: GitLabDouble, { source, ref, dist }: ImportOptions): Promise<Package> {
  const { admin, view } = double;
  const maintainer = admin.createUser("maintainer", { name: "Mia Maintainer" }).user;
  const refspecs = [`+refs/heads/${ref}:refs/heads/${ref}`];
  const staged = await admin.createProject("packit-service/staged/import", { defaultBranch: ref });
  await fetchBranch(double, staged, source, ref, [...refspecs, "+refs/tags/*:refs/tags/*"]);
  const name = await packageName(double, staged, ref);
  const paths = { source: `packit-service/src/${name}`, dist: `packit-service/rpms/${name}` };
  const sourceProject = await admin.createProject(paths.source, { defaultBranch: ref });
  await admin.fetchInto(sourceProject, view.repositoryDir(staged), [
    "+refs/heads/*:refs/heads/*",
    "+refs/tags/*:refs/tags/*",
  ]);
  admin.deleteProject(staged);
  const distProject =
    dist === undefined
      ? await admin.createProject(paths.dist, {
          defaultBranch: ref,
          files: await packaging(view.repositoryDir(sourceProject), ref),
        })
      : await admin.createProject(paths.dist, { defaultBranch: ref });
  if (dist !== undefined) await fetchBranch(double, distProject, dist, ref, refspecs);
  for (const project of [sourceProject, distProject]) admin.addMember(project, maintainer, 40);
  return { name, branch: ref, source: sourceProject, dist: distProject, maintainer };
}

async function fetchBranch(
  { admin }: GitLabDouble,
  project: Project,
  from: string,
  ref: string,
  refspecs: readonly string[],
): Promise<void> {
  try {
    await admin.fetchInto(project, from, refspecs);
  } catch (error) {
    const reason = /^fatal: (.*)$/m.exec(error instanceof Error ? error.message : "")?.[1];
    throw new Error(`branch ${ref} of ${from} cannot be fetched${reason ? `: ${reason}` : ""}`);
  }
}

async function packageName(double: GitLabDouble, project: Project, ref: string): Promise<string> {
  const text = await double.view.file(project, ref, ".distro/source-git.yaml");
  if (text === undefined) throw new Error(`there is no .distro/source-git.yaml on branch ${ref}`);
  const { downstream_package_name: name } = parse(text) as { downstream_package_name?: unknown };
  if (typeof name !== "string") throw new Error(".distro/source-git.yaml has no downstream_package_name");
  return name;
}

/** The files of `.distro` as they stand in dist-git, a `sources` file, and a CI to run. */
async function packaging(
  directory: string,
  ref: string,
): Promise<Record<string, { content: Buffer; mode: "100644" | "100755" | "120000" }>> {
  const git = async (...args: string[]) => {
    const options = { cwd: directory, encoding: "buffer", maxBuffer: 256 * 1024 * 1024 } as const;
    return (await run("git", args, options)).stdout;
  };
  const files: Awaited<ReturnType<typeof packaging>> = {
    sources: { content: Buffer.from(""), mode: "100644" },
    ".gitlab-ci.yml": { content: Buffer.from(CI_FILE), mode: "100644" },
  };
  const listing = (await git("ls-tree", "-r", "-z", `${ref}:.distro`)).toString("utf8");
  for (const entry of listing.split("\0").filter(Boolean)) {
    const [head = "", path = ""] = entry.split("\t");
    const [mode, , id = ""] = head.split(" ");
    if (SOURCE_ONLY.has(path) || (mode !== "100644" && mode !== "100755" && mode !== "120000")) continue;
    files[path] = { content: await git("cat-file", "blob", id), mode };
  }
  return files;
}

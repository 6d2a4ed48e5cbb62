// A small realistic package on a GitLab double: source-git with an upstream history and packaging in `.distro/`, and the
// dist-git repository that it was made from. Used by the end-to-end tests and by the sandbox.
import type { GitLabDouble } from "../gitlab-double/gitlab-double.ts";
import type { MergeRequest, Project, User } from "../gitlab-double/state/types.ts";

/** Where a package lives, and what it is called. */
export interface PackageOptions {
  readonly name: string;
  /** Full paths. */
  readonly source: string;
  readonly dist: string;
  /** Branch of both. */
  readonly branch?: string;
  readonly version?: string;
  /** Whether both sides have a CI file. Default: true. */
  readonly hasCi?: boolean;
}

/** The two projects of a package. */
export interface Package {
  readonly name: string;
  readonly branch: string;
  readonly source: Project;
  readonly dist: Project;
  /** Somebody who may do everything in both. */
  readonly maintainer: User;
}

/** A contributor's merge request and the fork that it comes from. */
export interface Contribution {
  readonly mergeRequest: MergeRequest;
  readonly fork: Project;
  readonly branch: string;
}

/** An account with its token. */
export interface Account {
  readonly user: User;
  readonly token: string;
}

/** The fake CI of staging: two jobs that do nothing and succeed. */
export const CI_FILE = `stages: [build, test]

scratch-build:
  stage: build
  script:
    - echo "Pretending to build the package"

rpmlint:
  stage: test
  script:
    - echo "Pretending to check the package"
`;

/** Creates both projects with their histories. */
export async function createPackage(double: GitLabDouble, options: PackageOptions): Promise<Package> {
  const { name, branch = "c9s", version = "1.0", hasCi = true } = options;
  const { admin, view } = double;
  const maintainer = view.user("maintainer") ?? admin.createUser("maintainer", { name: "Mia Maintainer" }).user;
  const spec = specFile(name, version);
  const dist = await admin.createProject(options.dist, {
    defaultBranch: branch,
    files: {
      [`${name}.spec`]: spec,
      sources: `SHA512 (${name}-${version}.tar.gz) = ${"0".repeat(128)}\n`,
      ...(hasCi ? { ".gitlab-ci.yml": CI_FILE } : {}),
    },
  });
  const source = await admin.createProject(options.source, {
    defaultBranch: branch,
    files: { "README.md": `# ${name}\n`, Makefile: "all: hello\n" },
  });
  for (const project of [source, dist]) admin.addMember(project, maintainer, 40);

  const commit = { branch, user: maintainer };
  await admin.commit(source, { ...commit, message: "Say hello\n", files: { "hello.c": helloSource("Hello") } });
  await admin.fetchInto(source, view.repositoryDir(source), [`+refs/heads/${branch}:refs/tags/v${version}`]);
  await admin.commit(source, {
    ...commit,
    message: `Add packaging\n\nFrom-dist-git-commit: ${view.branches(dist)[branch] ?? ""}\n`,
    files: {
      [`.distro/${name}.spec`]: spec,
      ".distro/.gitignore": "# the packaging is part of the repository\n!*\n",
      ...(hasCi ? { ".distro/.gitlab-ci.yml": CI_FILE } : {}),
      ".distro/source-git.yaml": sourceGitYaml(name, version),
    },
  });
  await double.idle();
  return { name, branch, source, dist, maintainer };
}

/** Forks the source project for a contributor, as GitLab's web page does. Resolves when the fork is ready. */
export async function forkSource(double: GitLabDouble, pkg: Package, { user, token }: Account): Promise<Project> {
  const own = double.view.forks(pkg.source).find((fork) => fork.creatorId === user.id);
  if (own) return own;
  // A name of its own: accounts that contribute to source-git and dist-git have both.
  const body = { namespace_path: user.username, path: `src-${pkg.name}`, name: `src-${pkg.name}` };
  const answer = await double.request("POST", `/projects/${pkg.source.id}/fork`, { token, body });
  if (answer.status !== 201) throw new Error(`the fork failed: ${JSON.stringify(answer.body)}`);
  await double.idle();
  const fork = double.view.forks(pkg.source).find((each) => each.creatorId === user.id);
  if (!fork) throw new Error("the fork is missing");
  return fork;
}

/** Commits to a new branch in the contributor's fork and opens a merge request for it. */
export async function contribute(
  double: GitLabDouble,
  pkg: Package,
  account: Account,
  {
    branch = "fix",
    title = "Greet politely",
    description = "The old greeting was short.",
    commits = [{ message: `${title}\n`, files: { "hello.c": helloSource("Good morning") } }],
  }: {
    readonly branch?: string;
    readonly title?: string;
    readonly description?: string | null;
    readonly commits?: readonly { readonly message: string; readonly files: Readonly<Record<string, string>> }[];
  } = {},
): Promise<Contribution> {
  const fork = await forkSource(double, pkg, account);
  let parent = double.view.branches(pkg.source)[pkg.branch] ?? "";
  for (const commit of commits)
    parent = await double.admin.commit(fork, { ...commit, branch, parent, user: account.user });
  const answer = await double.request("POST", `/projects/${fork.id}/merge_requests`, {
    token: account.token,
    body: { source_branch: branch, target_branch: pkg.branch, target_project_id: pkg.source.id, title, description },
  });
  if (answer.status !== 201) throw new Error(`the merge request failed: ${JSON.stringify(answer.body)}`);
  const { iid } = answer.body as { iid: number };
  const mergeRequest = double.view.mergeRequests(pkg.source).find((each) => each.iid === iid);
  if (!mergeRequest) throw new Error("the merge request is missing");
  return { mergeRequest, fork, branch };
}

/** The upstream program with another greeting. */
export function helloSource(greeting: string): string {
  return `#include <stdio.h>\n\nint main(void)\n{\n\tputs("${greeting}");\n\treturn 0;\n}\n`;
}

/** A spec of the usual shape; release 1 or 2. */
export function specFile(name: string, version: string, release = 1): string {
  const changes = ["Wed Nov 15 2023", "Thu Nov 16 2023"].slice(0, release).map(
    (day, index) => `* ${day} Mia Maintainer <maintainer@users.example> - ${version}-${index + 1}
- ${index === 0 ? "First build" : "Be polite"}
`,
  );
  return `Name:           ${name}
Version:        ${version}
Release:        ${release}%{?dist}
Summary:        A package to try things with
License:        MIT
URL:            https://example.com/${name}
Source0:        https://example.com/${name}-%{version}.tar.gz

BuildRequires:  gcc
BuildRequires:  make

%description
It says hello.

%prep
%autosetup -p1

%build
%make_build

%install
install -D -m 0755 hello %{buildroot}%{_bindir}/${name}

%files
%{_bindir}/${name}

%changelog
${changes.toReversed().join("\n")}`;
}

function sourceGitYaml(name: string, version: string): string {
  return `upstream_ref: v${version}
downstream_package_name: ${name}
specfile_path: .distro/${name}.spec
patch_generation_ignore_paths:
- .distro
patch_generation_patch_id_digits: 4
sync_changelog: true
files_to_sync:
- src: .distro/
  dest: .
  delete: true
  filters:
  - protect .git*
  - protect sources
  - exclude source-git.yaml
  - exclude .gitignore
`;
}

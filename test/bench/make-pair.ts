// Work trees of a source-git and a dist-git for measurements, built by `git fast-import` in seconds.
import { spawnSync } from "node:child_process";
import { mkdirSync } from "node:fs";
import { join } from "node:path";

/** How large source-git is. */
export interface PairSize {
  readonly name: string;
  /** Files of upstream. */
  readonly files: number;
  /** Commits of upstream, each on one file. */
  readonly upstream: number;
  /** Commits that become patches. */
  readonly downstream: number;
}

/** Directories of the two work trees. */
export interface BenchPair {
  readonly source: string;
  readonly dist: string;
}

const SPEC = `Name:           bench
Version:        1.0
Release:        1%{?dist}
Summary:        Something to measure

License:        MIT
Source0:        https://example.com/bench-%{version}.tar.gz

BuildRequires:  gcc

%description
Something to measure.

%prep
%autosetup -p1

%files

%changelog
* Tue Mar 01 2022 Ada Dev <ada@example.com> - 1.0-1
- Initial build
`;

const CONFIG = `upstream_ref: v1.0
downstream_package_name: bench
specfile_path: .distro/bench.spec
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

const START = 1_646_128_800;
const LINES = 60;

/** Builds both work trees below a directory. */
export function makePair(directory: string, size: PairSize): BenchPair {
  const dist = join(directory, "dist");
  importInto(dist, [commit("main", START, "Initial packaging\n", { "bench.spec": SPEC, sources: "SHA512 (x) = 0\n" })]);
  const source = join(directory, "source");
  importInto(source, sourceStream(size, git(dist, ["rev-parse", "HEAD"]).trim()));
  return { source, dist };
}

/** Runs git without anybody's configuration. Throws with git's message. */
export function git(cwd: string, args: readonly string[], input = ""): string {
  const result = spawnSync("git", args, { cwd, input, env: gitEnvironment(), maxBuffer: 1 << 28, encoding: "utf8" });
  if (result.status !== 0) throw new Error(`git ${args[0] ?? ""}: ${result.stderr}`);
  return result.stdout;
}

/** The environment of all processes that are measured. */
export function gitEnvironment(): Record<string, string> {
  const person = (role: string) => ({ [`GIT_${role}_NAME`]: "Ada Dev", [`GIT_${role}_EMAIL`]: "ada@example.com" });
  return {
    PATH: process.env.PATH ?? "",
    HOME: "/nonexistent",
    GIT_CONFIG_NOSYSTEM: "1",
    LC_ALL: "C.UTF-8",
    ...person("AUTHOR"),
    ...person("COMMITTER"),
  };
}

function importInto(directory: string, stream: Iterable<string>): void {
  mkdirSync(directory, { recursive: true });
  git(directory, ["init", "-q", "--initial-branch=main"]);
  git(directory, ["config", "gc.auto", "0"]);
  git(directory, ["fast-import", "--quiet"], [...stream].join(""));
  git(directory, ["reset", "-q", "--hard", "main"]);
}

function* sourceStream({ files, upstream, downstream }: PairSize, distHead: string): Generator<string> {
  const path = (index: number) => `src/part${index % 20}/file${index}.c`;
  const versions = new Array<number>(files).fill(0);
  const change = (index: number) => {
    versions[index] = (versions[index] ?? 0) + 1;
    return { [path(index)]: text(index, versions[index] ?? 0) };
  };
  const first = Object.fromEntries(versions.map((_, index) => [path(index), text(index, 0)]));
  yield commit("main", START, "Import\n", first);
  for (let nth = 1; nth < upstream; nth++)
    yield commit("main", START + nth, `Upstream change ${nth}\n`, change(nth % files));
  yield "reset refs/tags/v1.0\nfrom refs/heads/main\n\n";
  const packaging = { ".distro/bench.spec": SPEC, ".distro/source-git.yaml": CONFIG, ".distro/.gitignore": "!*\n" };
  const date = START + upstream;
  yield commit("main", date, `Initialize as a source-git repository\n\nFrom-dist-git-commit: ${distHead}\n`, packaging);
  for (let nth = 1; nth <= downstream; nth++) {
    const message = `Downstream change ${nth}\n\nWhy it is needed, in a sentence or two that\nsay what happened before.\n\nSigned-off-by: Ada Dev <ada@example.com>\n`;
    yield commit("main", date + nth, message, change((nth * 7) % files));
  }
}

function text(file: number, version: number): string {
  const line = (nth: number) => `int value_${file}_${nth} = ${nth % 12 === version % 12 ? version : nth};\n`;
  return Array.from({ length: LINES }, (_, nth) => line(nth)).join("");
}

function commit(branch: string, date: number, message: string, files: Readonly<Record<string, string>>): string {
  const data = (content: string) => `data ${Buffer.byteLength(content)}\n${content}\n`;
  const changes = Object.entries(files).map(([path, content]) => `M 100644 inline ${path}\n${data(content)}`);
  const person = `Ada Dev <ada@example.com> ${date} +0000`;
  return `commit refs/heads/${branch}\nauthor ${person}\ncommitter ${person}\n${data(message)}${changes.join("")}\n`;
}

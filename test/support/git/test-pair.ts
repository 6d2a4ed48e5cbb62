// A source-git and a dist-git repository of one package, in the state behind `init`, for tests.
//
//   const pair = await createTestPair({ directory, packageName: "hello" });
//   await pair.source.commit({ message: "Change a", files: { "a.txt": "changed\n" } });
//   await pair.source.commit({ message: "Bump", files: { ".distro/hello.spec": makeSpec({ release: "2%{?dist}" }) } });
//
// Source-git has its branch `main` and the tag `1.0`; dist-git the branch `c9s`.
import { join } from "node:path";
import { DIST_TRAILER } from "../../../src/model/pair.ts";
import { createTestRepository, type TestFile, type TestRepository } from "./test-repository.ts";

/** What a pair is made of; every part has a default. */
export interface TestPairOptions {
  /** Where the repositories are created: `source.git` and `dist.git`. */
  readonly directory: string;
  /** Default: `hello`. */
  readonly packageName?: string;
  /** Files of upstream. Default: `a.txt`, `b.txt`, `sub/s.txt`. */
  readonly upstream?: Readonly<Record<string, TestFile>>;
  /** Files below `.distro` beside spec and configuration, by their path there. */
  readonly distro?: Readonly<Record<string, TestFile>>;
  /** The spec on both sides. Default: `makeSpec()`. */
  readonly spec?: string;
  /** Dist-git's spec where it differs. */
  readonly distSpec?: string;
  /** Further files of dist-git. */
  readonly dist?: Readonly<Record<string, TestFile>>;
  /** Text of source-git.yaml. Default: `makeConfig()`. */
  readonly config?: string;
  /** Whether commits stay bare of origin trailers. Default: source-git's packaging commit names the dist-git head. */
  readonly withoutOrigin?: boolean;
}

/** The two repositories. */
export interface TestPair {
  readonly packageName: string;
  readonly source: TestRepository;
  readonly dist: TestRepository;
}

/** Creates the pair. */
export async function createTestPair(options: TestPairOptions): Promise<TestPair> {
  const { directory, packageName = "hello" } = options;
  const spec = options.spec ?? makeSpec({ name: packageName });
  const dist = await createTestRepository(join(directory, "dist.git"));
  const distHead = await dist.commit({
    branch: "c9s",
    message: "Initial packaging",
    files: { [`${packageName}.spec`]: options.distSpec ?? spec, sources: "SHA512 (x.tar.gz) = 0\n", ...options.dist },
  });
  const source = await createTestRepository(join(directory, "source.git"));
  const upstream = options.upstream ?? { "a.txt": "line1\n", "b.txt": "bee\n", "sub/s.txt": "s\n" };
  await source.commit({ message: "Release 1.0", files: upstream });
  await source.tag("1.0");
  const distro = Object.fromEntries(
    Object.entries(options.distro ?? {}).map(([path, file]) => [`.distro/${path}`, file]),
  );
  await source.commit({
    message: `Initialize as a source-git repository\n${options.withoutOrigin ? "" : `\n${DIST_TRAILER}: ${distHead}\n`}`,
    files: {
      [`.distro/${packageName}.spec`]: spec,
      ".distro/source-git.yaml": options.config ?? makeConfig({ packageName }),
      ".distro/.gitignore": "# Reset gitignore rules\n!*\n",
      ...distro,
    },
  });
  return { packageName, source, dist };
}

/** A minimal spec file. `patches` are whole lines behind the Source. */
export function makeSpec(
  options: { name?: string; version?: string; release?: string; patches?: readonly string[]; changelog?: string } = {},
): string {
  const { name = "hello", version = "1.0", release = "1%{?dist}", patches = [], changelog } = options;
  return [
    `Name:           ${name}`,
    `Version:        ${version}`,
    `Release:        ${release}`,
    "Summary:        A friendly greeting",
    "",
    "License:        MIT",
    "Source0:        https://example.com/%{name}-%{version}.tar.gz",
    ...patches,
    "",
    "BuildArch:      noarch",
    "",
    "%description",
    "Prints a friendly greeting.",
    "",
    "%prep",
    "%autosetup -p1",
    "",
    "%files",
    "",
    "%changelog",
    changelog ?? "* Tue Mar 01 2022 Ada Dev <ada@example.com> - 1.0-1\n- Initial build",
    "",
  ].join("\n");
}

/** A source-git.yaml as `init` writes it. `more` are further lines. */
export function makeConfig(
  options: { packageName?: string; upstreamRef?: string; digits?: number; syncChangelog?: boolean; more?: string } = {},
): string {
  const { packageName = "hello", upstreamRef = "1.0", digits = 1, syncChangelog = true, more = "" } = options;
  return `upstream_ref: '${upstreamRef}'
downstream_package_name: ${packageName}
specfile_path: .distro/${packageName}.spec
patch_generation_ignore_paths:
- .distro
patch_generation_patch_id_digits: ${digits}
sync_changelog: ${syncChangelog}
files_to_sync:
- src: .distro/
  dest: .
  delete: true
  filters:
  - protect .git*
  - protect sources
  - exclude source-git.yaml
  - exclude .gitignore
${more}`;
}

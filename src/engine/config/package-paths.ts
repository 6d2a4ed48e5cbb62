// Where the files of a package are: in a repository of one package, and in one of several.
import { type BytePath, pathFromText } from "../../git/byte-path.ts";
import { checkedPath } from "../files/checked-path.ts";
import type { SourceGitConfig } from "./read-config.ts";

const DISTRO = pathFromText(".distro");

/**
 * The directory of source-git that stands for dist-git's root: `.distro`. Where the file describes several packages it is
 * the directory of the package's spec, if that lies in a `.distro`.
 */
export function distroDirectory({ isShared, specPath }: SourceGitConfig): BytePath {
  if (!isShared) return DISTRO;
  const { path } = checkedPath(specPath, "specfile_path");
  const directory = path.slice(0, Math.max(0, path.lastIndexOf("/"))) as BytePath;
  return directory.split("/").includes(DISTRO) ? directory : DISTRO;
}

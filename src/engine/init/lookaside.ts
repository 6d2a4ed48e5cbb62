// Where the archives of dist-git's `sources` file can be downloaded (engine.md 4.4). Nothing is downloaded here.

/** The packaging tools whose lookaside caches are known: base of the addresses, and whether the package is below `rpms/`. */
const LOOKASIDE = {
  fedpkg: "https://src.fedoraproject.org/repo/pkgs",
  "fedpkg-stage": "https://src.stg.fedoraproject.org/repo/pkgs",
  centpkg: "https://sources.stream.centos.org/sources",
  "centpkg-sig": "https://git.centos.org/sources",
} as const;

/** A packaging tool. */
export type PkgTool = keyof typeof LOOKASIDE;

/** All of them. */
export const PKG_TOOLS = Object.keys(LOOKASIDE) as readonly PkgTool[];

/** An archive and where it is. */
export interface LookasideSource {
  readonly path: string;
  readonly url: string;
}

const BSD = /^(\w+) \((.+)\) = ([0-9a-fA-F]{32,128})$/;
const OLD = /^([0-9a-fA-F]{32})[ \t]+(\S.*)$/;

/** The entries of a `sources` file. Lines that are none are left out. */
export function lookasideSources(content: string, packageName: string, tool: PkgTool): readonly LookasideSource[] {
  return content.split("\n").flatMap((text) => {
    const line = text.trim();
    const [, type = "", file = "", hash = ""] = BSD.exec(line) ?? old(line) ?? [];
    if (file === "") return [];
    return [
      { path: file, url: `${LOOKASIDE[tool]}/rpms/${packageName}/${file}/${type.toLowerCase()}/${hash}/${file}` },
    ];
  });
}

function old(line: string): readonly string[] | undefined {
  const match = OLD.exec(line);
  return match ? ["", "md5", match[2] ?? "", match[1] ?? ""] : undefined;
}

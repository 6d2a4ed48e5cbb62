// The text of `.distro/source-git.yaml` as init writes it: keys, order and layout to the byte (engine.md 1.7).
import { isText } from "../yaml-scalar.ts";
import type { LookasideSource } from "./lookaside.ts";

/** What differs between packages. */
export interface NewConfig {
  readonly upstreamUrl: string;
  readonly upstreamRef: string;
  readonly packageName: string;
  /** Digits of the first patch's number. */
  readonly digits: number;
  readonly sources: readonly LookasideSource[];
}

/** The file's text. */
export function writeConfig({ upstreamUrl, upstreamRef, packageName, digits, sources }: NewConfig): string {
  const lines = [
    `upstream_project_url: ${scalar(upstreamUrl)}`,
    `upstream_ref: ${scalar(upstreamRef)}`,
    `downstream_package_name: ${scalar(packageName)}`,
    `specfile_path: ${scalar(`.distro/${packageName}.spec`)}`,
    "patch_generation_ignore_paths:",
    "- .distro",
    `patch_generation_patch_id_digits: ${digits}`,
    "sync_changelog: true",
    "files_to_sync:",
    "- src: .distro/",
    "  dest: .",
    "  delete: true",
    "  filters:",
    "  - protect .git*",
    "  - protect sources",
    "  - exclude source-git.yaml",
    "  - exclude .gitignore",
    ...(sources.length > 0 ? ["sources:"] : []),
    ...sources.flatMap(({ path, url }) => [`- path: ${scalar(path)}`, `  url: ${scalar(url)}`]),
  ];
  return `${lines.join("\n")}\n`;
}

/** A text as PyYAML writes it: plain where that reads back as this text, else in single or double quotes. */
function scalar(text: string): string {
  if (/[^\u0020-\u007e]/.test(text)) return JSON.stringify(text).replace(/[^ -~]/g, escaped);
  const plain =
    text !== "" &&
    !/^[\s,[\]{}#&*!|>'"%@`]|^[-?:](?:\s|$)|^(?:---|\.\.\.)|:(?:\s|$)|\s#|\s$/.test(text) &&
    isText({ text, plain: true }) &&
    !/^(?:~|null|Null|NULL)$/.test(text);
  return plain ? text : `'${text.replaceAll("'", "''")}'`;
}

function escaped(character: string): string {
  return `\\u${character.charCodeAt(0).toString(16).padStart(4, "0").toUpperCase()}`;
}

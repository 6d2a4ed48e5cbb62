// The filters of a repository's configuration, switched off: they are programs that git runs on the content of files.
import { userError } from "../model/errors.ts";
import { type GitSettings, runGit } from "./run-git.ts";

const OFF = ["clean=", "smudge=", "process=", "required=false"];

/**
 * The settings that switch all of them off; usually none. Throws kind `user`, code `filter-refused`, for a name that no
 * setting can stand for. Git failing here is not reported: whoever opened the repository reports it.
 */
export async function filtersOff(settings: GitSettings): Promise<readonly string[]> {
  const output = await runGit(settings, ["config", "--list", "--name-only", "-z"]).catch(() => Buffer.alloc(0));
  const keys = output.toString("utf8").split("\0");
  const filters = new Set(keys.flatMap((key) => /^filter\.(.+)\.[^.]+$/s.exec(key)?.[1] ?? []));
  const odd = [...filters].find((name) => !/^[^=\p{Cc}]+$/u.test(name));
  if (odd === undefined) return [...filters].flatMap((name) => OFF.map((off) => `filter.${name}.${off}`));
  throw userError("filter-refused", `The repository configures the filter ${JSON.stringify(odd)}.`, {
    fix: "Remove it with git config --remove-section.",
  });
}

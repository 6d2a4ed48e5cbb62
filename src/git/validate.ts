// What may reach git's command line. Everything else is refused before a process starts.
import { isBranchName } from "../model/branch-name.ts";
import { TandemError, userError } from "../model/errors.ts";

/** Whether git accepts the text as a ref name, and nothing can take it for an option: the rules are those of branches. */
export function isRefName(text: string): boolean {
  return isBranchName(text);
}

/** Returns the branch name, or throws kind `user`, code `branch-invalid`. */
export function checkBranch(name: string): string {
  if (isRefName(name) && name !== "HEAD") return name;
  throw userError("branch-invalid", `${JSON.stringify(name)} is not a branch name that git accepts.`, {
    fix: "Rename the branch.",
  });
}

/** Returns the refspec, or throws kind `bug`, code `refspec-invalid`: refspecs are ours, strangers give only names. */
export function checkRefspec(text: string): string {
  const [source = "", target = "", ...more] = text.replace(/^\+/, "").split(":");
  const stars = (name: string) => name.split("*").length - 1;
  const plain = (name: string) => isRefName(name.replace("*", "x"));
  const fine =
    more.length === 0 &&
    stars(source) <= 1 &&
    stars(source) === stars(target) &&
    (source === "HEAD" || /^[0-9a-f]{40}$/.test(source) || (source.startsWith("refs/") && plain(source))) &&
    target.startsWith("refs/") &&
    plain(target);
  if (fine) return text;
  throw new TandemError("bug", `${JSON.stringify(text)} is not a refspec of the form +refs/…:refs/….`, {
    code: "refspec-invalid",
  });
}

/** Returns the pattern for `ls-remote`, or throws kind `bug`, code `refspec-invalid`. */
export function checkRefPattern(text: string): string {
  if (text === "HEAD" || isRefName(text.replaceAll("*", "x"))) return text;
  throw new TandemError("bug", `${JSON.stringify(text)} is not a ref pattern.`, { code: "refspec-invalid" });
}

/**
 * Returns the URL as git gets it, or throws kind `user`, code `url-refused`: http(s) without credentials, query or
 * fragment; an absolute file path where file remotes are allowed.
 */
export function checkUrl(text: string, options: { readonly allowFileRemotes: boolean }): string {
  // biome-ignore lint/suspicious/noControlCharactersInRegex: control characters are what it looks for
  const clean = text.length <= 2000 && !/[\u0000-\u001f\u007f]/.test(text);
  if (clean && options.allowFileRemotes && /^(?:file:\/\/)?\//.test(text)) return text;
  const url = clean && URL.canParse(text) ? new URL(text) : undefined;
  const fine =
    url !== undefined &&
    (url.protocol === "https:" || url.protocol === "http:") &&
    url.username === "" &&
    url.password === "" &&
    url.search === "" &&
    url.hash === "";
  if (fine) return url.href;
  throw userError("url-refused", "The address of a git remote was refused: only http(s) without credentials is used.", {
    fix: "Check the forge's address in the configuration.",
  });
}

/**
 * Whether a revision from a stranger may be looked up: ref names and ids, with `~n` and `^n` behind them. Searches
 * (`:/text`), reflogs and ranges are not.
 */
export function isRevision(text: string): boolean {
  return isRefName(text.replace(/(?:[~^]\d*)+$/, ""));
}

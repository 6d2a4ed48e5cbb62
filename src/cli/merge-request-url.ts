// Reads the address of a merge request, as people copy it from their browser.
import { userError } from "../model/errors.ts";
import type { ForgeName } from "../model/ids.ts";
import { isProjectPath } from "../model/project-path.ts";

/** A merge request, named by paths. */
export interface MergeRequestAddress {
  readonly forge: ForgeName;
  readonly projectPath: string;
  readonly iid: number;
}

/** Where the forges are. */
export type ForgeUrls = Readonly<Record<ForgeName, string>>;

const FORMS: Readonly<Record<ForgeName, RegExp>> = {
  gitlab: /^\/(.+)\/-\/merge_requests\/([1-9]\d{0,9})(?:\/.*)?$/,
  github: /^\/([^/]+\/[^/]+)\/pull\/([1-9]\d{0,9})(?:\/.*)?$/,
};

/** Reads it. Throws kind `user`, code `merge-request-url`, for anything that is no merge request of these forges. */
export function parseMergeRequestUrl(text: string, urls: ForgeUrls): MergeRequestAddress {
  for (const forge of ["gitlab", "github"] as const) {
    const path = pathBelow(text, urls[forge]);
    const [, projectPath = "", iid] = (path !== undefined && FORMS[forge].exec(path)) || [];
    if (iid !== undefined && isProjectPath(projectPath)) return { forge, projectPath, iid: Number(iid) };
  }
  throw userError("merge-request-url", `'${text.slice(0, 200)}' is not the address of a merge request`, {
    fix: `Give an address such as ${urls.gitlab}/group/project/-/merge_requests/5 or ${urls.github}/owner/name/pull/5.`,
  });
}

function pathBelow(text: string, base: string): string | undefined {
  if (!URL.canParse(text)) return undefined;
  const { origin, pathname } = new URL(text);
  const at = new URL(base);
  const prefix = at.pathname.replace(/\/+$/, "");
  return origin === at.origin && pathname.startsWith(`${prefix}/`) ? pathname.slice(prefix.length) : undefined;
}

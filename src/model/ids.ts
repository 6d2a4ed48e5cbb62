// Branded identifiers. The parse functions are the only way to make one, so that a value of these types was checked.

declare const brand: unique symbol;
type Branded<T, Name extends string> = T & { readonly [brand]: Name };

/** A full git object id, lower case: 40 (SHA-1) or 64 (SHA-256) hexadecimal digits. */
export type Sha = Branded<string, "Sha">;

/** Returns the id, or undefined when the text is not a full object id. The all-zero id is not an object. */
export function parseSha(text: string): Sha | undefined {
  return /^(?:[0-9a-f]{40}|[0-9a-f]{64})$/.test(text) && !/^0+$/.test(text) ? (text as Sha) : undefined;
}

/** The first eight digits, for people. */
export function shortSha(sha: Sha): string {
  return sha.slice(0, 8);
}

/** The forges that Tandem talks to. Source-git may be on any of them, dist-git is on GitLab. */
export const FORGE_NAMES = ["gitlab", "github"] as const;
export type ForgeName = (typeof FORGE_NAMES)[number];

/**
 * A merge request (on GitHub: a pull request), named so that renames and moves of projects do not matter: numeric id of
 * the target project and number within it.
 */
export interface MergeRequestRef {
  readonly forge: ForgeName;
  readonly projectId: number;
  readonly iid: number;
}

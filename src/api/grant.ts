// What a proven token or signature may speak for.

/** A namespace, or one repository in it. */
export interface Grant {
  /** Full path of a group or user. */
  readonly namespace: string;
  /** When given, only this repository directly in the namespace. */
  readonly repository?: string;
}

/** What a proof of origin says: any of these grants. Or why it proves nothing; the reason holds nothing secret. */
export type Proof =
  | { readonly ok: true; readonly grants: readonly Grant[] }
  | { readonly ok: false; readonly reason: string };

/** Whether a grant is good for a project: the namespace itself and everything under it, at `/` borders, case significant. */
export function covers({ namespace, repository }: Grant, projectPath: string): boolean {
  if (namespace === "") return false;
  if (repository !== undefined) return projectPath === `${namespace}/${repository}`;
  return projectPath.startsWith(`${namespace}/`);
}

// What the token of a webhook speaks for, and the claims by which it says so. Old hooks of the predecessor hold such
// tokens (JWT in X-Gitlab-Token), so the claims' names stay.

/** A namespace, or one repository in it. */
export interface Grant {
  /** Full path of a group or user. */
  readonly namespace: string;
  /** When given, only this repository directly in the namespace. */
  readonly repository?: string;
}

/** How tokens are signed (RFC 7518). */
export const TOKEN_ALGORITHM = "HS256";

/** The claims of a token. */
export interface TokenClaims {
  readonly namespace: string;
  readonly repo_name?: string | null | undefined;
}

/** A grant as claims. */
export function toClaims({ namespace, repository }: Grant): {
  readonly namespace: string;
  readonly repo_name?: string;
} {
  return repository === undefined ? { namespace } : { namespace, repo_name: repository };
}

/** The grant that claims name. */
export function fromClaims({ namespace, repo_name }: TokenClaims): Grant {
  return repo_name ? { namespace, repository: repo_name } : { namespace };
}

/** The grant as people read it: a path. */
export function describeGrant({ namespace, repository }: Grant): string {
  return repository === undefined ? namespace : `${namespace}/${repository}`;
}

/** Whether a grant is good for a project: the namespace itself and everything under it, at `/` borders, case significant. */
export function covers({ namespace, repository }: Grant, projectPath: string): boolean {
  if (namespace === "") return false;
  if (repository !== undefined) return projectPath === `${namespace}/${repository}`;
  return projectPath.startsWith(`${namespace}/`);
}

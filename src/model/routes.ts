// Which source-git merge requests are served, and where their result goes. Service configuration alone decides it.

/** One route of the configuration, checked. Patterns: `{package}` one path segment, `{path}` one or more, `*` a wildcard. */
export interface Route {
  readonly name: string;
  /** Pattern of the source-git project's full path. */
  readonly source: string;
  /** Patterns of the source-git target branches that are served; `*` matches any run of characters. */
  readonly branches: readonly string[];
  /** Pattern of the dist-git project's full path; uses what `source` captures. */
  readonly dist: string;
  /** Pattern of the dist-git branch; `{branch}` is the source-git target branch. */
  readonly distBranch: string;
  /** Whether `.distro/.gitlab-ci.yml` becomes dist-git's `.gitlab-ci.yml`. Staging only. */
  readonly copyCiFile: boolean;
  /** Comment text for patches without `Patch-status`. */
  readonly patchComments: "full" | "subject" | "none";
}

// Which source-git merge requests are served, and where their result goes. Service configuration alone decides it.
import type { ForgeName } from "./ids.ts";

/** One route of the configuration, checked. Patterns: `{package}` one path segment, `{path}` one or more, `*` a wildcard. */
export interface Route {
  readonly name: string;
  /** Where the source-git projects are. Dist-git is on GitLab. */
  readonly forge: ForgeName;
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
  /**
   * What the merge of a source-git merge request does: `comment` says so on both sides; `ready` also takes the draft state
   * from the dist-git merge request; `merge` also lets it merge when its checks pass.
   */
  readonly onSourceMerge: "comment" | "ready" | "merge";
  /** Whether commits that dist-git alone has are brought to a source-git merge request. */
  readonly backsync: boolean;
  /** Whose merge requests are followed without asking: everybody's, or those of people with at least the role Developer. */
  readonly trust: "anyone" | "members";
}

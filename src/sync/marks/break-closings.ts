// `Closes #5` in a title, a description or a commit closes an issue as soon as GitLab merges it into a default branch
// (docs.gitlab.com/user/project/issues/managing_issues, "Default closing pattern"). In a text that was written for another
// project this would be the wrong issue, or one that a stranger chose.

const KEYWORD = "(?<![a-z_])(?:clos(?:e[sd]?|ing)|fix(?:e[sd]|ing)?|resolv(?:e[sd]?|ing)|implement(?:s|ed|ing)?)";
// What may stand between keyword and issue: ids of other trackers.
const OTHER = String.raw`(?<![\w./-])(?:rh)?bz#\d+|(?!gl-)[a-z][a-z0-9_]+-\d+(?![\d./#-])`;
const OTHERS = `(?:(?:issues? +)?(?:${OTHER})(?: *,)? *(?:and +)?)*`;
// `#5`, `group/project#5`, `GL-5`, `[issue:5]`, a link to a page of some GitLab's.
const ISSUE = String.raw`[\w./-]*#\d+|GL-\d+|\[\w+:[^\]\s]*\]|https?:\/\/\S*\/(?:-|issues|work_items|epics)\/\S*`;
// The lookahead keeps the engine from trying shorter runs of ids, which would take quadratic time.
const CLOSING = new RegExp(
  String.raw`(${KEYWORD}:? +(?=(?<others>${OTHERS}))\k<others>(?:issues? +)?)(?<issue>${ISSUE})`,
  "gi",
);

/**
 * The same text with each issue that it would close in parentheses, e.g. `Closes (#5)`, which GitLab does not take for a
 * closing pattern. Bugzilla and Jira ids stay as they are.
 */
export function breakClosings(text: string): string {
  return text.replace(CLOSING, "$1($<issue>)");
}

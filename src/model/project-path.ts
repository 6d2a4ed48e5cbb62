// A project's or group's full path on the forge, e.g. `group/subgroup/project`. It comes from strangers.

/** GitLab: letters, digits, `_`, `-`, `.`; a dash does not come first. https://docs.gitlab.com/user/reserved_names/ */
const SEGMENT = /^[A-Za-z0-9_.][A-Za-z0-9_.-]{0,254}$/;

/** Groups nest up to 20 levels; far more is not a path that GitLab made. */
const MAX_SEGMENTS = 40;

/** Whether this is one segment of a path. `.` and `..` are not. */
export function isPathSegment(text: string): boolean {
  return SEGMENT.test(text) && text !== "." && text !== "..";
}

/** Whether this is the full path of a group: one or more segments. */
export function isNamespace(text: string): boolean {
  const segments = text.split("/");
  return segments.length <= MAX_SEGMENTS && segments.every(isPathSegment);
}

/** Whether this is the full path of a project: a namespace and a name. */
export function isProjectPath(text: string): boolean {
  return text.includes("/") && isNamespace(text);
}

/** The project's own name: the last segment. */
export function projectName(path: string): string {
  return path.slice(path.lastIndexOf("/") + 1);
}

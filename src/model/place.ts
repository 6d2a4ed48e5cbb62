// A part of a forge: where a route's projects are, as a forge can list them.

/** One project, or a group (an owner) with every project below it. `path` is the full one. */
export interface Place {
  readonly kind: "project" | "group";
  readonly path: string;
}

/** The project that a pattern names, or the group below which it finds its projects; undefined when it names neither. */
export function placeOf(pattern: string): Place | undefined {
  const segments = pattern.split("/");
  const fixed = segments.findIndex((segment) => segment.startsWith("{"));
  if (fixed < 0) return { kind: "project", path: pattern };
  return fixed === 0 ? undefined : { kind: "group", path: segments.slice(0, fixed).join("/") };
}

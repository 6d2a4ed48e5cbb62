// The predecessor's rewrite of Bugzilla lines, kept to the letter (service.md 4.3).

/**
 * A line that starts with `Bugzilla:`, at least one blank, and a number, maybe behind `https://…id=`, starts with
 * `Resolves: bz#<number>` instead; the rest of the line is kept.
 */
export function rewriteBugzilla(text: string): string {
  return text.replace(/^Bugzilla:[ \t]+(?:https:\/\/\S*?id=)?(\d+)/gm, "Resolves: bz#$1");
}

// `sync_changelog: false`: dist-git keeps its changelog, everything else of the spec comes from source-git (engine.md 3.6).
import { parseSpec, type Section, type Spec } from "./parse-spec.ts";

/** Source-git's spec with dist-git's %changelog, and the Release that the rules give. */
export function keepChangelog(source: readonly string[], dist: readonly string[]): readonly string[] {
  const sourceSpec = parseSpec(source);
  const distSpec = parseSpec(dist);
  const own = changelogOf(sourceSpec);
  const theirs = changelogOf(distSpec);
  const kept = theirs ? dist.slice(theirs.header, theirs.end) : ["%changelog", ""];
  const upper = source.slice(0, own?.header ?? source.length);
  const lower = own ? source.slice(own.end) : [];
  const merged = own ? [...upper, ...sectionBefore(kept, lower), ...lower] : appended(upper, kept);
  return withRelease(merged, sourceSpec, distSpec);
}

/** Whether the changelog is written by a tool. */
export function hasAutoChangelog(lines: readonly string[]): boolean {
  const section = changelogOf(parseSpec(lines));
  return (
    section !== undefined &&
    lines.slice(section.header + 1, section.end).some((line) => /^\s*%\{?autochangelog\b/.test(line))
  );
}

/** The spec's last %changelog section. */
export function changelogOf({ sections }: Spec): Section | undefined {
  return sections.findLast(({ name }) => name === "changelog");
}

/** A section that was the last one of its file ends with an empty line of no text; in the middle it must not. */
function sectionBefore(section: readonly string[], following: readonly string[]): readonly string[] {
  if (following.length === 0) return section;
  return section.at(-1) === "" ? section : [...section, ""];
}

function appended(lines: readonly string[], section: readonly string[]): readonly string[] {
  const body = lines.at(-1) === "" ? lines.slice(0, -1) : lines;
  const blank = (body.at(-1) ?? "").trim() === "" ? [] : [""];
  return [...body, ...blank, ...section];
}

const FIRST_RELEASE = "1%{?dist}";

function withRelease(lines: readonly string[], source: Spec, dist: Spec): readonly string[] {
  const spec = parseSpec(lines);
  const tag = tagOf(spec, "release");
  const release = chooseRelease(source, dist);
  if (!tag || release === undefined || release === tag.value) return lines;
  const line = lines[tag.line] ?? "";
  const at = line.lastIndexOf(tag.value);
  const edited = line.slice(0, at) + release + line.slice(at + tag.value.length);
  return [...lines.slice(0, tag.line), edited, ...lines.slice(tag.line + 1)];
}

/** The rules for Release; undefined: source-git's stays. */
function chooseRelease(source: Spec, dist: Spec): string | undefined {
  const [ours, theirs] = [tagOf(source, "release")?.value, tagOf(dist, "release")?.value];
  if (ours === undefined || theirs === undefined) return undefined;
  if (isAuto(theirs)) return isAuto(ours) ? ours : theirs;
  if (isAuto(ours)) return FIRST_RELEASE;
  const sameVersion = tagOf(source, "version")?.value === tagOf(dist, "version")?.value;
  return ours === theirs && !sameVersion ? FIRST_RELEASE : ours;
}

function isAuto(release: string): boolean {
  return /%\{?autorelease\b/.test(release);
}

function tagOf(spec: Spec, name: string) {
  return spec.tags.find((tag) => tag.name.toLowerCase() === name);
}

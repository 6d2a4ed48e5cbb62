// Judges both ends of a route: are they there, and what may the bot do in them?
import type { PlaceFacts } from "../../forge/account.ts";
import type { Place } from "../../model/place.ts";
import { failed, ok, type Remark, warning } from "./finding.ts";
import { count } from "./words.ts";

const FIX_PLACE = "Correct the route, or let the bot's account see it: it has to be public, or the bot a member.";
const SHOWN = 3;

/** Lines about source-git on GitLab. Facts are undefined where there is nothing that the bot can see. */
export function judgeSource(place: Place, facts: PlaceFacts | undefined): readonly Remark[] {
  const there = judgePlace("source-git", place, facts);
  if (!facts || facts.projects === 0) return [there];
  return [there, judgeStatuses(facts)];
}

/** Lines about dist-git. */
export function judgeDist(place: Place, facts: PlaceFacts | undefined): readonly Remark[] {
  const there = judgePlace("dist-git", place, facts);
  if (!facts || facts.projects === 0) return [there];
  return [there, judgePipelines(facts), judgeForks(place, facts)];
}

function judgePlace(name: string, { kind, path }: Place, facts: PlaceFacts | undefined): Remark {
  if (!facts) return failed(name, `there is no ${kind} ${path}, or the bot may not see it`, FIX_PLACE);
  if (kind === "project") return ok(name, `project ${path}`);
  if (facts.projects === 0) return warning(name, `the bot sees no project in the group ${path}`, FIX_PLACE);
  return ok(name, `group ${path}, ${facts.isLarge ? "at least " : ""}${count(facts.projects, "project")}`);
}

/** Whether the bot may set the statuses `tandem` and that of the pipeline; the comment does without. */
function judgeStatuses({ projects, asDeveloper }: PlaceFacts): Remark {
  const name = "statuses";
  if (asDeveloper === projects) return ok(name, "the bot is Developer in source-git, and sets commit statuses");
  const where = asDeveloper === 0 ? "not Developer" : `Developer in ${asDeveloper} of ${count(projects, "project")}`;
  const fix = "Give the bot's account the role Developer in the source-git group or project.";
  return warning(name, `the bot is ${where} in source-git: elsewhere only the comment shows results`, fix);
}

/** Both ways work. They differ in what hooks are needed. */
function judgePipelines({ projects, asDeveloper }: PlaceFacts): Remark {
  const name = "pipelines";
  if (asDeveloper === projects) return ok(name, "the bot is Developer in dist-git: pipelines run there");
  if (asDeveloper === 0) return ok(name, "the bot is not Developer in dist-git: pipelines run in its forks");
  return ok(name, `run in dist-git where the bot is Developer (${asDeveloper} of ${projects}), elsewhere in its forks`);
}

function judgeForks({ path }: Place, { unforkable, forksStayInside }: PlaceFacts): Remark {
  const name = "forks";
  if (forksStayInside) {
    const fix = "Allow it in the group's settings: Permissions and group features, Prevent project forking.";
    return failed(name, `the group ${path} forbids forks outside of it`, fix);
  }
  if (unforkable.length === 0) return ok(name, "dist-git may be forked");
  const rest = unforkable.length - SHOWN;
  const names = `${unforkable.slice(0, SHOWN).join(", ")}${rest > 0 ? ` and ${rest} more` : ""}`;
  return failed(name, `the bot may not fork ${names}`, "Allow forks in the project's settings: Visibility, Forks.");
}

// A plan in words, for people at a terminal and for the record of the job. Pure.
import { cut, plainLine } from "../../model/plain-line.ts";
import type { Look } from "./look.ts";
import type { Step } from "./steps.ts";
import type { World } from "./world.ts";

/** Longest text of a stranger that is repeated. */
const MAX_TEXT = 300;

/** The lines to print, a dozen or so. */
export function planLines(look: Look): readonly string[] {
  switch (look.state) {
    case "noop":
      return [`nothing to do: ${printable(look.summary)}`];
    case "blocked":
      return refusal(look.error);
    case "planned":
      return look.plan.kind === "refuse"
        ? [...sides(look.world), ...refusal(look.plan.error)]
        : [
            ...sides(look.world),
            `decision   ${look.plan.decision}${look.plan.changes.length > 0 ? ` (${look.plan.changes.join(", ")})` : ""}`,
            ...stepLines(look.plan.steps, look.world),
            `tells      ${look.plan.story.tells}`,
          ];
  }
}

function sides({ source, sourceProject, distProject, distBranch, pair }: World): readonly string[] {
  const state = `${source.draft ? "draft, " : ""}${source.state}`;
  const dist = pair
    ? `${distProject.path}!${pair.mergeRequest.iid} (${pair.mergeRequest.state})`
    : `${distProject.path}, branch ${printable(distBranch)}: no merge request yet`;
  return [
    `source     ${sourceProject.path}!${source.iid} (${state}): ${printable(source.title)}`,
    `dist-git   ${dist}`,
  ];
}

function stepLines(steps: readonly Step[], world: World): readonly string[] {
  if (steps.length === 0) return ["steps      none"];
  return steps.map(
    (step, index) => `${index === 0 ? "steps      " : "           "}${index + 1}. ${describe(step, world)}`,
  );
}

function describe(step: Step, { pairBranch }: World): string {
  switch (step.do) {
    case "retire-pair":
      return `close the present merge request for good; the next one comes from ${printable(step.successor)}`;
    case "update-branch":
      return `make the dist-git commit and push it to ${printable(pairBranch)}, if it changes anything`;
    case "compare-dist":
      return "see whether dist-git, which moved, has commits that source-git lacks";
    case "open-merge-request":
      return "open the dist-git merge request";
    case "change-merge-request":
      return `change the dist-git merge request: ${Object.keys(step.change).join(", ")}`;
    case "tell-dist":
      return `comment on the dist-git merge request: ${step.telling.tells}`;
    case "tell-replaced":
      return "say on the replaced merge request which one goes on";
    case "start-pipeline":
      return "start a new pipeline";
    case "merge-when-checks-pass":
      return "let the dist-git merge request merge when its checks pass";
  }
}

function refusal({ message, fix }: { readonly message: string; readonly fix: string | undefined }): readonly string[] {
  return [
    `somebody has to mend something first: ${printable(message)}`,
    ...(fix === undefined ? [] : [`  ${printable(fix)}`]),
  ];
}

/** A stranger's text must not move the cursor or colour the terminal. */
function printable(text: string): string {
  return cut(plainLine(text), MAX_TEXT);
}

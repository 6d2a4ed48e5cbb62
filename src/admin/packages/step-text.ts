// A step of adding a package in words, for people. Pure.
import type { AddStep } from "./plan.ts";
import type { AddWorld } from "./world.ts";

/** One line, in the infinitive. */
export function stepText(step: AddStep, { places }: Pick<AddWorld, "places">): string {
  switch (step.do) {
    case "create-project":
      return `create ${places[step.side].path}`;
    case "push-tags":
      return `push the tags of source-git to ${places.source.path}`;
    case "push-branch": {
      const { side, branch, addCi } = step;
      const what = branch.there[side] === undefined ? `push ${branch.names[side]}` : `add to ${branch.names[side]}`;
      return `${what}${addCi ? `${branch.there[side] === undefined ? ", with" : ""} a CI file` : ""}: ${places[side].path}`;
    }
    case "set-default-branch":
      return `show ${step.branch} first: ${places[step.side].path}`;
  }
}

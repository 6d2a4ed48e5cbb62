// A push, another target branch or the end of a merge request stops its auto-merge.
import type { App } from "../app.ts";
import type { Actor, MergeRequest } from "../state/types.ts";
import { addSystemNote } from "./announce.ts";

export function stopAutoMerge(app: App, actor: Actor, mr: MergeRequest): void {
  if (mr.autoMerge === null) return;
  mr.autoMerge = null;
  addSystemNote(app, actor, mr, "aborted the automatic merge");
}

// tandem source-git: the work at a developer's desk. Commands are one file each; what they do is loaded when they run.
import type { AddCommand } from "../context.ts";
import { addInit } from "./init.ts";
import { addStatus } from "./status.ts";
import { addUpdateDistGit } from "./update-dist-git.ts";
import { addUpdateSourceGit } from "./update-source-git.ts";

/** Adds the `source-git` commands. */
export const addSourceGit: AddCommand = (program, context) => {
  const group = program
    .command("source-git")
    .description("keep a source-git and a dist-git repository in step, in your work trees");
  for (const add of [addInit, addUpdateDistGit, addUpdateSourceGit, addStatus]) add(group, context);
};

// How a branch of source-git and one of dist-git stand to each other, as the engine tells it, in one word.
import type { EngineLimits } from "../../engine/limits.ts";
import { makeDistGitTree } from "../../engine/make-dist-git-tree.ts";
import { holdsSeveralPackages } from "../../engine/read-source.ts";
import { readSyncState } from "../../engine/sync-facts.ts";
import type { Repository } from "../../git/repository.ts";
import { TandemError } from "../../model/errors.ts";
import type { Sha } from "../../model/ids.ts";
import { projectName } from "../../model/project-path.ts";
import type { Route } from "../../model/routes.ts";
import type { BothSides, Standing } from "./world.ts";

/** What comparing needs beside the commits. */
export interface CompareOptions {
  readonly route: Route;
  /** Full path of the dist-git project: where source-git holds several packages its name chooses one. */
  readonly distProject: string;
  readonly limits: EngineLimits;
}

const STANDINGS = { "up-to-date": "in-step", ahead: "ahead", behind: "behind", diverged: "diverged" } as const;

/** Compares. What people have to mend first is `unknown`, with the error; other errors are thrown. */
export async function compareHeads(
  repository: Repository,
  heads: BothSides<Sha>,
  { route, distProject, limits }: CompareOptions,
): Promise<{ readonly standing: Standing; readonly error: TandemError | undefined }> {
  const distGitName = projectName(distProject);
  try {
    const severalPackages = await holdsSeveralPackages(repository, heads.source, { distGitName, limits });
    const { state } = await readSyncState(
      repository,
      { sourceHead: heads.source, distHead: heads.dist, severalPackages },
      (distHead) =>
        makeDistGitTree(repository, {
          sourceHead: heads.source,
          distHead,
          copyCiFile: route.copyCiFile,
          patchComments: route.patchComments,
          distGitName,
          limits,
        }),
    );
    return { standing: STANDINGS[state.state], error: undefined };
  } catch (thrown) {
    if (thrown instanceof TandemError && thrown.kind === "user") return { standing: "unknown", error: thrown };
    throw thrown;
  }
}

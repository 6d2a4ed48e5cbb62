// The doctor's questions to GitHub, where a route has source-git there.
import { notChecked, ok, type Remark } from "../admin/doctor/finding.ts";
import type { Check } from "../admin/doctor/run-checks.ts";
import type { Forge, User } from "../forge/forge.ts";
import { createGitHubForge } from "../forge/github/github-forge.ts";
import { type Place, placeOf } from "../model/place.ts";
import type { Route } from "../model/routes.ts";
import { type DoctorDeps, missingToken, transport } from "./doctor-deps.ts";

/** What is asked of GitHub. */
export interface GitHubChecks {
  readonly checks: readonly Check[];
  lookAtSource(route: Route): Promise<readonly Remark[]>;
}

/** Makes the checks; without a token they say so. */
export function openGitHub({ survey, clock, signal, timeoutMs }: DoctorDeps): GitHubChecks {
  const { githubToken: token, options } = survey;
  const group = "github";
  if (!token || !options.github) {
    const remark = token ? notChecked("token", "github.apiUrl is among the problems") : missingToken("GITHUB_TOKEN");
    return {
      checks: [{ group, name: "token", look: async () => [remark] }],
      lookAtSource: async () => [notChecked("source-git", "GitHub could not be asked")],
    };
  }
  const forge = createGitHubForge({
    ...transport({ token, clock, signal, timeoutMs }),
    apiUrl: options.github.apiUrl,
    observe: () => {},
  });
  let asked: Promise<User> | undefined;
  const ask = () => {
    asked ??= forge.whoAmI();
    return asked;
  };
  return {
    checks: [{ group, name: "token", look: async () => [ok("token", `is that of ${(await ask()).username}`)] }],
    async lookAtSource({ source }) {
      const place = placeOf(source);
      if (!place) return [notChecked("source-git", `${source} names no owner`)];
      const isTaken = await ask().then(
        () => true,
        () => false,
      );
      if (!isTaken) return [notChecked("source-git", "GitHub did not tell who the bot is")];
      return [await findOnGitHub(forge, place, clock.now())];
    },
  };
}

/** The question that costs least: what changed since now in there? */
async function findOnGitHub(forge: Forge, place: Place, nowMs: number): Promise<Remark> {
  await forge.listMergeRequests(place, nowMs);
  return ok("source-git", `${place.kind === "group" ? "owner" : "repository"} ${place.path}`);
}

// What adding a package sees before it decides: plain values.
import type { Project } from "../../forge/forge.ts";
import type { Group } from "../../forge/project-admin.ts";
import type { TandemError } from "../../model/errors.ts";
import type { Sha } from "../../model/ids.ts";
import type { Route } from "../../model/routes.ts";
import type { PackagePlaces } from "./places.ts";

export type Side = "source" | "dist";

/** A value for each side. */
export type BothSides<T> = Readonly<Record<Side, T>>;

/** How two histories stand to each other, in one word; `unknown` where nobody can tell. */
export type Standing = "in-step" | "ahead" | "behind" | "diverged" | "unknown";

/** A source-git branch, and the dist-git branch that the route leads to. */
export interface BranchWorld {
  /** Name on each side. */
  readonly names: BothSides<string>;
  /** Heads in the repositories that the package comes from. */
  readonly from: BothSides<Sha>;
  /** Heads in the projects; undefined: not there yet. */
  readonly there: BothSides<Sha | undefined>;
  /** How what is there, or comes, stands; the commits that add CI files do not count. */
  readonly standing: Standing;
  /** Why nobody can tell. */
  readonly error: TandemError | undefined;
  /** Sides that have a CI file. */
  readonly hasCi: BothSides<boolean>;
}

/** Everything that adding a package looks at. */
export interface AddWorld {
  readonly route: Route;
  readonly package: string;
  readonly places: PackagePlaces;
  /** Undefined: there is no such group. */
  readonly groups: BothSides<Group | undefined>;
  /** Undefined: not there yet. */
  readonly projects: BothSides<Project | undefined>;
  /** Branch that the forge shows first; undefined: none yet. */
  readonly defaults: BothSides<string | undefined>;
  readonly branches: readonly BranchWorld[];
}

// Checks merged options against the schema and turns zod's issues into problems with origin, path, value, expectation.
import type { z } from "zod";
import { type Layer, mergeLayers, type OptionPath, originOf, valueAt } from "./layers.ts";
import { type ConfigProblem, showValue } from "./problem.ts";
import { routeProblems } from "./route-problems.ts";
import { configJsonSchema, type Options, optionsSchema } from "./schema.ts";

/** Those options at the top that are right by themselves, whatever is wrong with others. */
export function soundOptions(layers: readonly Layer[]): Partial<Options> {
  const merged = mergeLayers(layers);
  const sound = Object.entries(optionsSchema.shape).flatMap(([name, schema]) => {
    const { data } = schema.safeParse(merged[name]);
    const isSound = data !== undefined && (name !== "routes" || routeProblems(merged.routes).length === 0);
    return isSound ? [[name, data] as const] : [];
  });
  return Object.fromEntries(sound);
}

/** The merged options when all is well, else every problem. */
export function checkOptions(layers: readonly Layer[]): Options | readonly ConfigProblem[] {
  const merged = mergeLayers(layers);
  const result = optionsSchema.safeParse(merged);
  const inRoutes = routeProblems(merged.routes).map(({ path, expected }) => locate(path, expected, merged, layers));
  if (result.success && inRoutes.length === 0) return result.data;
  return [...(result.error?.issues ?? []).flatMap((issue) => toProblems(issue, merged, layers)), ...inRoutes];
}

function toProblems(issue: z.core.$ZodIssue, merged: unknown, layers: readonly Layer[]): readonly ConfigProblem[] {
  if (issue.code === "unrecognized_keys") {
    const known = knownKeys(issue.path);
    return issue.keys.map((key) => ({
      origin: originOf(layers, [...issue.path, key]),
      path: formatPath([...issue.path, key]),
      // Whoever puts a secret into a file does it under a name that is no option.
      value: "an unknown option (value not shown)",
      expected: known === "" ? "no such option" : `one of ${known}`,
    }));
  }
  return [locate(issue.path, expectation(issue), merged, layers)];
}

function locate(path: OptionPath, expected: string, merged: unknown, layers: readonly Layer[]): ConfigProblem {
  return { origin: originOf(layers, path), path: formatPath(path), value: showValue(valueAt(merged, path)), expected };
}

function expectation(issue: z.core.$ZodIssue): string {
  switch (issue.code) {
    case "invalid_type":
      return issue.expected;
    case "invalid_value":
      return `one of ${issue.values.map(String).join(", ")}`;
    case "too_small":
      return issue.origin === "array" || issue.origin === "string"
        ? "something, not nothing"
        : `at least ${issue.minimum}`;
    case "too_big":
      return `at most ${issue.maximum}`;
    default:
      return issue.message;
  }
}

function formatPath(path: readonly PropertyKey[]): string {
  return path.map(String).join(".");
}

/** The options that exist at a path, as text. */
function knownKeys(path: readonly PropertyKey[]): string {
  let at: unknown = configJsonSchema();
  for (const key of path) at = typeof key === "number" ? valueAt(at, ["items"]) : valueAt(at, ["properties", key]);
  return Object.keys(valueAt(at, ["properties"]) ?? {}).join(", ");
}

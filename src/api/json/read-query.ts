// Reads the query of an address for programs: what is wrong with it is said, not passed over.
import type { z } from "zod";
import { cut } from "../../model/plain-line.ts";

/** What was asked for, or what is wrong with it. */
export type Query<T> = { readonly query: T } | { readonly problem: string };

const MAX_PROBLEM = 500;

/**
 * Reads it. A value that is empty counts as absent.
 * @param url path and query as they were sent
 */
export function readQuery<T>(schema: z.ZodType<T>, url: string): Query<T> {
  const given = [...new URLSearchParams(/\?(.*)$/s.exec(url)?.[1])].filter(([, value]) => value !== "");
  const names = given.map(([name]) => name);
  const twice = names.find((name, index) => names.indexOf(name) !== index);
  if (twice !== undefined) return { problem: cut(`${twice}: given more than once`, MAX_PROBLEM) };
  const { data, error } = schema.safeParse(Object.fromEntries(given));
  if (!error) return { query: data };
  const problems = error.issues.map(({ path, message }) => [...path.map(String), message].join(": "));
  return { problem: cut(problems.join("; "), MAX_PROBLEM) };
}

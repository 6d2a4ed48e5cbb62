// Reads one configuration file as YAML.
import { parseDocument } from "yaml";
import type { ReadText } from "./env.ts";
import { isMapping, type Layer } from "./layers.ts";
import type { ConfigProblem } from "./problem.ts";

/** Reads a file as a layer of options. Whatever is wrong comes back as problems; an empty file has no options. */
export function readFile(path: string, readText: ReadText): Layer | readonly ConfigProblem[] {
  let text: string;
  try {
    text = readText(path);
  } catch {
    return [{ origin: path, path: "", value: "(missing)", expected: "a file that can be read" }];
  }
  const document = parseDocument(text, { prettyErrors: true });
  // Only the first error: those behind it mostly follow from it.
  const [error] = document.errors;
  if (error) {
    const value = error.message.split("\n")[0]?.replace(/:$/, "") ?? "an error";
    return [{ origin: path, path: "", value, expected: "YAML" }];
  }
  const options: unknown = toPlain(document) ?? {};
  if (isMapping(options)) return { origin: path, options };
  return [{ origin: path, path: "", value: Array.isArray(options) ? "a list" : typeof options, expected: "a mapping" }];
}

/** The document as plain data; undefined when its aliases do not resolve. */
function toPlain(document: ReturnType<typeof parseDocument>): unknown {
  try {
    return document.toJS();
  } catch {
    return "aliases that do not resolve";
  }
}

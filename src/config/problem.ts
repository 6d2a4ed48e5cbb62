// One thing that is wrong with the configuration, in a form that can be printed: no secret ever gets in here.

/** A problem of the configuration. All of them are reported at once. */
export interface ConfigProblem {
  /** The file, or the environment variable, that the value comes from. */
  readonly origin: string;
  /** The option, e.g. `routes.0.dist`, or the variable's name. Empty for the whole file. */
  readonly path: string;
  /** The value, shortened and without secrets; `(missing)` or `(not shown)` where there is none to show. */
  readonly value: string;
  /** What would be right. */
  readonly expected: string;
}

const MAX_SHOWN = 80;

/** A value in one short line of JSON. Credentials in a URL are left out. */
export function showValue(value: unknown): string {
  if (value === undefined) return "(missing)";
  const text = JSON.stringify(value)?.replace(/(\w:\/\/)[^/@\s"]*@/g, "$1[secret]@") ?? String(value);
  return text.length > MAX_SHOWN ? `${text.slice(0, MAX_SHOWN)}…` : text;
}

/** One line for people. */
export function formatProblem({ origin, path, value, expected }: ConfigProblem): string {
  // A variable's name is both origin and path.
  return `${origin}: ${path === "" || origin.endsWith(path) ? "" : `${path}: `}expected ${expected}; found ${value}`;
}

// Configuration in layers: mappings merge, everything else is replaced. Knows which layer a value came from.

/** One source of options. Later layers win. */
export interface Layer {
  /** The file or environment variable, for messages. */
  readonly origin: string;
  readonly options: Mapping;
}

/** A YAML mapping as plain data. */
export type Mapping = Readonly<Record<string, unknown>>;

/** A path into the options, e.g. `["routes", 0, "dist"]`. */
export type OptionPath = readonly PropertyKey[];

/** Whether a value is a mapping, neither a list nor a scalar. */
export function isMapping(value: unknown): value is Mapping {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

/** Merges the layers, the last one winning. An option without a value (YAML's null) is left as it was. */
export function mergeLayers(layers: readonly Layer[]): Mapping {
  return layers.reduce<Mapping>((merged, layer) => merge(merged, layer.options), {});
}

/** The last layer that says something about the option, or about the nearest mapping around it. */
export function originOf(layers: readonly Layer[], path: OptionPath): string {
  for (let length = path.length; length > 0; length--) {
    const found = layers.findLast((layer) => valueAt(layer.options, path.slice(0, length)) !== undefined);
    if (found) return found.origin;
  }
  return layers.at(-1)?.origin ?? "configuration";
}

/** The value at a path, or undefined when there is none. */
export function valueAt(options: unknown, path: OptionPath): unknown {
  let value: unknown = options;
  for (const key of path) {
    if (typeof value !== "object" || value === null || !Object.hasOwn(value, key)) return undefined;
    value = Reflect.get(value, key);
  }
  return value;
}

function merge(base: Mapping, over: Mapping): Mapping {
  const merged = new Map(Object.entries(base));
  for (const [key, value] of Object.entries(over)) {
    const before = merged.get(key);
    if (value === null) continue;
    merged.set(key, isMapping(value) && isMapping(before) ? merge(before, value) : value);
  }
  return Object.fromEntries(merged);
}

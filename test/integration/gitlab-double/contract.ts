// Loads GitLab's own schemas and example payloads from `../shared/gitlab`, where that folder exists, and compares with
// them. The folder is reference data of third parties: it is read, never copied.
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { Ajv, type ErrorObject } from "ajv";
import addFormats from "ajv-formats";
import { OPENAPI_LISTS } from "./deviations.ts";

/** Any JSON object. */
export type Json = Readonly<Record<string, unknown>>;

/** The folder with the contract, looked for beside every folder above this file; undefined when there is none. */
export function findContract(): string | undefined {
  for (let at = dirname(fileURLToPath(import.meta.url)); ; at = dirname(at)) {
    const candidate = join(at, "shared", "gitlab");
    if (existsSync(join(candidate, "FACTS.md"))) return candidate;
    if (at === dirname(at)) return undefined;
  }
}

/** GitLab's contract, ready for questions. */
export interface Contract {
  /** Violations of a fixture schema, e.g. `public_api/v4/branch.json`. Extra names in `allowed` are none. */
  fixtureErrors(schema: string, value: unknown, allowed: readonly string[]): readonly string[];
  /** Violations of an operation's OpenAPI response: wrong types or enums, and names that it does not have. */
  operationErrors(operation: Operation, value: unknown, allowed: readonly string[]): readonly string[];
  /** What OpenAPI does not know of a request: the operation itself, or names of parameters. */
  requestErrors(request: SentRequest): readonly string[];
  /** An example payload of the documentation. */
  example(name: string): Json;
}

/** A request as the double logged it. */
export interface SentRequest {
  readonly method: string;
  /** As sent, e.g. `/api/v4/projects/12`. */
  readonly path: string;
  readonly parameters: readonly string[];
}

/** An operation of the API and the status that was answered. */
export interface Operation {
  readonly method: string;
  /** As in OpenAPI, e.g. `/api/v4/projects/{id}`. */
  readonly path: string;
  readonly status: number;
  /** The answer is a list although OpenAPI describes one object. */
  readonly listOfObject?: boolean;
}

export function loadContract(root: string): Contract {
  const ajv = new Ajv({ strict: false, validateSchema: false, allErrors: true, logger: false });
  (addFormats as unknown as (ajv: Ajv) => Ajv)(ajv);
  const read = (file: string): Json => JSON.parse(readFileSync(join(root, file), "utf8")) as Json;
  for (const file of readdirSync(join(root, "schemas"), { recursive: true }) as string[]) {
    if (file.endsWith(".json")) ajv.addSchema(mapObjects(read(`schemas/${file}`), knownTypes) as Json, fixtureId(file));
  }
  const printed = mapObjects(read("openapi/gitlab_openapi3.subset.json"), knownTypes);
  const openApi = mapObjects(mapObjects(printed, loosen), wrapLists) as Json;
  ajv.addSchema(openApi, "gitlab-openapi");

  const fixtureErrors: Contract["fixtureErrors"] = (schema, value, allowed) => {
    const validate = ajv.getSchema(fixtureId(schema));
    if (validate === undefined) throw new Error(`there is no fixture schema ${schema}`);
    validate(value);
    return (validate.errors ?? []).filter((error) => !isAllowedExtra(error, allowed)).map(describe);
  };
  const operationErrors: Contract["operationErrors"] = (operation, value, allowed) => {
    const schema = responseSchema(openApi, operation);
    const bare = withoutNull(value);
    const validate = ajv.compile(absolute(schema) as Json);
    validate(bare);
    const unknown = unknownNames(openApi, schema, bare, "").filter((name) => !allowed.includes(name));
    return [...(validate.errors ?? []).map(describe), ...new Set(unknown.map((name) => `unknown name ${name}`))];
  };
  const requestErrors: Contract["requestErrors"] = ({ method, path, parameters }) => {
    const operation = findOperation(openApi, method, path);
    if (operation === undefined) return [`no operation ${method} ${path}`];
    const names = parameterNames(openApi, operation);
    return parameters.filter((name) => !names.has(name)).map((name) => `${method} ${path} has no parameter ${name}`);
  };
  return { fixtureErrors, operationErrors, requestErrors, example: (name) => read(`payloads/${name}.json`) };
}

const fixtureId = (file: string): string => `gitlab://schemas/${file}`;

function isAllowedExtra(error: ErrorObject, allowed: readonly string[]): boolean {
  const { additionalProperty } = error.params as { additionalProperty?: string };
  return error.keyword === "additionalProperties" && allowed.includes(additionalProperty ?? "");
}

function describe(error: ErrorObject): string {
  return `${error.instancePath} ${error.message} ${JSON.stringify(error.params)}`;
}

function mapObjects(value: unknown, change: (object: Json) => Json): unknown {
  if (Array.isArray(value)) return value.map((each) => mapObjects(each, change));
  if (typeof value !== "object" || value === null) return value;
  return change(Object.fromEntries(Object.entries(value).map(([key, each]) => [key, mapObjects(each, change)])));
}

/** Two schemas use words that JSON schema does not know as types. */
function knownTypes(schema: Json): Json {
  return schema.type === "uri" || schema.type === "text" ? { ...schema, type: "string" } : schema;
}

/** In GitLab's OpenAPI "string" often only means that no type was declared. */
function loosen(schema: Json): Json {
  return schema.type === "string" && schema.enum === undefined && schema.format === undefined ? {} : schema;
}

/** Properties that are lists although OpenAPI describes one item. */
function wrapLists(properties: Json): Json {
  const wrapped = OPENAPI_LISTS.filter((name) => at(properties, name, "$ref") !== undefined);
  return {
    ...properties,
    ...Object.fromEntries(wrapped.map((name) => [name, { type: "array", items: properties[name] }])),
  };
}

function withoutNull(value: unknown): unknown {
  return mapObjects(value, (object) => Object.fromEntries(Object.entries(object).filter(([, each]) => each !== null)));
}

function absolute(schema: unknown): unknown {
  return mapObjects(schema, (object) =>
    typeof object.$ref === "string" ? { ...object, $ref: object.$ref.replace(/^#/, "gitlab-openapi#") } : object,
  );
}

function at(value: unknown, ...keys: readonly string[]): unknown {
  return keys.reduce<unknown>((inside, key) => (inside as Json | undefined)?.[key], value);
}

function findOperation(openApi: Json, method: string, path: string): Json | undefined {
  for (const [template, operations] of Object.entries(openApi.paths as Json)) {
    const pattern = template.replace(/[.*+?^$()|[\]\\]/g, "\\$&").replace(/\{[^}]+\}/g, "[^/]+");
    const operation = (operations as Json)[method.toLowerCase()];
    if (operation !== undefined && new RegExp(`^${pattern}$`).test(path)) return operation as Json;
  }
  return undefined;
}

function parameterNames(openApi: Json, operation: Json): ReadonlySet<string> {
  const listed = (operation.parameters as readonly Json[] | undefined) ?? [];
  const body = Object.values((at(operation, "requestBody", "content") as Json | undefined) ?? {});
  const properties = body.flatMap((each) =>
    Object.keys((resolve(openApi, at(each, "schema"))?.properties as Json) ?? {}),
  );
  return new Set([...listed.map((each) => String(each.name)), ...properties].map((name) => name.replace(/\[\]$/, "")));
}

function responseSchema(openApi: Json, operation: Operation): Json {
  const { method, path, status } = operation;
  const content = at(openApi, "paths", path, method.toLowerCase(), "responses", String(status), "content");
  const schema = at(content, "application/json", "schema") as Json | undefined;
  if (schema === undefined) throw new Error(`OpenAPI has no ${status} for ${method} ${path}`);
  return operation.listOfObject ? { type: "array", items: schema } : schema;
}

/** Names in the value that the schema does not have, as paths without array indexes. */
function unknownNames(openApi: Json, schema: unknown, value: unknown, path: string): readonly string[] {
  const resolved = resolve(openApi, schema);
  if (Array.isArray(value)) {
    const items = resolved?.items ?? schema;
    return value.flatMap((each) => unknownNames(openApi, items, each, path));
  }
  const properties = resolved?.properties as Json | undefined;
  if (typeof value !== "object" || value === null || properties === undefined) return [];
  return Object.entries(value).flatMap(([key, each]) => {
    const here = path === "" ? key : `${path}.${key}`;
    return key in properties ? unknownNames(openApi, properties[key], each, here) : [here];
  });
}

function resolve(openApi: Json, schema: unknown): Json | undefined {
  const reference = at(schema, "$ref");
  if (typeof reference === "string") return at(openApi, ...reference.split("/").slice(1)) as Json;
  const [first] = (at(schema, "allOf") as readonly Json[] | undefined) ?? [];
  return first === undefined ? (schema as Json | undefined) : resolve(openApi, first);
}

/** Key paths of a JSON value with the JSON types found there; indexes of lists are left out. */
export function typesByPath(value: unknown, path = "", found = new Map<string, Set<string>>()) {
  const type = value === null ? "null" : Array.isArray(value) ? "array" : typeof value;
  if (path !== "") found.set(path, (found.get(path) ?? new Set()).add(type));
  if (Array.isArray(value)) for (const each of value) typesByPath(each, `${path}[]`, found);
  else if (typeof value === "object" && value !== null) {
    for (const [key, each] of Object.entries(value)) typesByPath(each, path === "" ? key : `${path}.${key}`, found);
  }
  return found;
}

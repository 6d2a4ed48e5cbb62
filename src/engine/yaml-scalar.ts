// YAML 1.1 scalars as the predecessor's parser (PyYAML) reads them: the written form decides, not a library's guess.
import { isScalar } from "yaml";
import { parseYaml } from "./parse-yaml.ts";

/** A scalar: its text, and whether it was written without quotes on the line (so that `yes` may be a boolean). */
export interface YamlScalar {
  readonly text: string;
  readonly plain: boolean;
}

/** Longer values of a trailer are none. */
const MAX_LENGTH = 8192;

const NULL = /^(?:~|null|Null|NULL|)$/;
const TRUE = /^(?:yes|Yes|YES|true|True|TRUE|on|On|ON)$/;
const FALSE = /^(?:no|No|NO|false|False|FALSE|off|Off|OFF)$/;
const NUMBER = [
  /^[-+]?0b[01_]+$/,
  /^[-+]?(?:0[0-7_]+|0|[1-9][0-9_]*)$/,
  /^[-+]?0x[0-9a-fA-F_]+$/,
  /^[-+]?[1-9][0-9_]*(?::[0-5]?[0-9])+(?:\.[0-9_]*)?$/,
  /^[-+]?[0-9][0-9_]*\.[0-9_]*(?:[eE][-+][0-9]+)?$/,
  /^\.[0-9][0-9_]*(?:[eE][-+][0-9]+)?$/,
  /^[-+]?\.(?:inf|Inf|INF)$/,
  /^\.(?:nan|NaN|NAN)$/,
];
const DATE = /^\d{4}-\d\d?-\d\d?(?:(?:[Tt]|[ \t]+)\d\d?:\d\d:\d\d(?:\.\d*)?(?:[ \t]*(?:Z|[-+]\d\d?(?::\d\d)?))?)?$/;

/** Reads `key: value` and returns the value; `null` where YAML has no value. Undefined when it is no single scalar. */
export function readScalar(key: string, value: string): YamlScalar | null | undefined {
  // PyYAML lets no plain scalar begin with these; the library is more lenient.
  if (/^[%@`]/.test(value) || value.length > MAX_LENGTH) return undefined;
  const parsed = parseYaml(`${key}: ${value}`);
  if (!parsed || parsed.problem !== undefined) return undefined;
  const node: unknown = parsed.document.get(key, true);
  if (!isScalar(node)) return undefined;
  const plain = node.type === "PLAIN" || node.type === undefined;
  const text = typeof node.value === "string" ? node.value : "";
  return plain && NULL.test(text) ? null : { text, plain };
}

/** Whether YAML 1.1 takes the scalar for text: quoted, or neither a number, a boolean nor a date. */
export function isText({ text, plain }: YamlScalar): boolean {
  return !plain || ![TRUE, FALSE, DATE, ...NUMBER, /^(?:=|<<)$/].some((pattern) => pattern.test(text));
}

/** The value of a plain scalar: null, a boolean, a number, a date, or the text itself. Numbers' values are approximate. */
export function resolvePlain(text: string): null | boolean | number | Date | string {
  if (NULL.test(text)) return null;
  if (TRUE.test(text)) return true;
  if (FALSE.test(text)) return false;
  if (DATE.test(text)) return new Date(Number.NaN);
  if (!NUMBER.some((pattern) => pattern.test(text))) return text;
  const digits = text.replaceAll("_", "");
  return /^[-+]?0[0-7]+$/.test(digits) ? Number.parseInt(digits, 8) : Number(digits);
}

/** Whether the scalar counts as true: `yes`, and everything else that is neither `no`, zero nor empty. */
export function isTruthy(scalar: YamlScalar | null): boolean {
  if (scalar === null || scalar.text === "") return false;
  if (!scalar.plain) return true;
  return !FALSE.test(scalar.text) && !/^[-+]?0[0_]*(?:\.[0_]*)?$/.test(scalar.text);
}

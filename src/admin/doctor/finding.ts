// What the doctor finds: one line each.

/** `warning`: it works, or may work, and somebody should look. `failed`: it does not work, or will not for long. */
export type Level = "ok" | "warning" | "failed";

/** What a judge says of one thing. */
export interface Remark {
  readonly level: Level;
  /** The thing, in a word or two, e.g. `token`. */
  readonly name: string;
  /** What was found, without a full stop. Never holds a secret. */
  readonly found: string;
  /** What to do about it, one sentence. Absent where nothing is to be done. */
  readonly fix?: string;
}

/** A remark, and what it belongs to, e.g. `gitlab` or `route staging`. */
export interface Finding extends Remark {
  readonly group: string;
}

/** All is well. */
export function ok(name: string, found: string): Remark {
  return { level: "ok", name, found };
}

/** Somebody should look. */
export function warning(name: string, found: string, fix?: string): Remark {
  return { level: "warning", name, found, ...(fix === undefined ? {} : { fix }) };
}

/** It does not work. */
export function failed(name: string, found: string, fix?: string): Remark {
  return { level: "failed", name, found, ...(fix === undefined ? {} : { fix }) };
}

/** Something else has to be mended before anybody can know. */
export function notChecked(name: string, why: string): Remark {
  return warning(name, `not checked: ${why}`);
}

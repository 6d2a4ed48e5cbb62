// A secret has a type: it cannot be printed, logged or serialised by accident.
import { inspect } from "node:util";

/** Wraps a secret value. Only `reveal()` gives the text, at the one place where it is used. */
export class Secret {
  readonly #value: string;

  constructor(value: string) {
    this.#value = value;
  }

  /** The plain text. Call it where the bytes leave the process, nowhere else. */
  reveal(): string {
    return this.#value;
  }

  toString(): string {
    return "[secret]";
  }

  toJSON(): string {
    return "[secret]";
  }

  [inspect.custom](): string {
    return "[secret]";
  }
}

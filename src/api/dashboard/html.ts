// HTML as values. What is put into a template is escaped, unless a template made it.

/** What may stand in a template. Nothing is shown for `undefined` and `false`; a list is shown piece after piece. */
export type Part = Html | string | number | false | undefined | readonly Part[];

/** Markup of our own. Only the template makes it, so that no text of a stranger's can pose as markup. */
export class Html {
  readonly #text: string;

  private constructor(text: string) {
    this.#text = text;
  }

  /** See `html`. */
  static template(strings: TemplateStringsArray, ...parts: readonly Part[]): Html {
    return new Html(strings.map((text, index) => (index === 0 ? text : render(parts[index - 1]) + text)).join(""));
  }

  toString(): string {
    return this.#text;
  }
}

/** Template tag: everything but `Html` is escaped, for text and for attributes in double quotes. */
export const html = Html.template;

const NAMES: Readonly<Record<string, string>> = { "&": "&amp;", "<": "&lt;", ">": "&gt;", '"': "&quot;", "'": "&#39;" };

function render(part: Part): string {
  if (part === undefined || part === false) return "";
  if (part instanceof Html) return part.toString();
  if (typeof part === "object") return part.map(render).join("");
  return String(part).replace(/[&<>"']/g, (character) => NAMES[character] ?? "");
}

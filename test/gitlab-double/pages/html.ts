// Plain HTML without scripts; everything that comes from outside is escaped.

/** Markup that is safe to be put into a page. */
export interface Html {
  readonly html: string;
}

export function escapeHtml(text: string): string {
  const names: Readonly<Record<string, string>> = {
    "&": "&amp;",
    "<": "&lt;",
    ">": "&gt;",
    '"': "&quot;",
    "'": "&#39;",
  };
  return text.replace(/[&<>"']/g, (character) => names[character] ?? character);
}

type Part = string | number | null | undefined | Html | readonly Html[];

/** Template tag: values are escaped unless they are `Html` already. */
export function html(strings: TemplateStringsArray, ...values: readonly Part[]): Html {
  const render = (value: Part): string => {
    if (value === null || value === undefined) return "";
    if (Array.isArray(value)) return value.map((each: Html) => each.html).join("");
    return typeof value === "object" ? (value as Html).html : escapeHtml(String(value));
  };
  return { html: strings.reduce((text, part, index) => text + render(values[index - 1]) + part) };
}

const STYLE = `body{font:15px/1.5 system-ui,sans-serif;max-width:70rem;margin:1.5rem auto;padding:0 1rem;color:#222}
pre{background:#f6f6f8;padding:.7rem;overflow:auto;border-radius:4px}table{border-collapse:collapse}
td,th{padding:.2rem .8rem .2rem 0;text-align:left;vertical-align:top}h1{font-size:1.4rem}h2{font-size:1.1rem}
.note{border-left:3px solid #ccc;padding-left:.8rem;margin:.8rem 0}.dim{color:#777}
.grid td,.grid th{border-bottom:1px solid #ddd}blockquote{margin:.5rem 0;padding-left:.8rem;border-left:3px solid #e0b040}
.text{border:1px solid #ddd;border-radius:4px;padding:0 .8rem}code{background:#f6f6f8}
.success{color:#187a2f}.failed{color:#b3261e}.running,.pending,.created{color:#8a5a00}`;

/** A whole page. */
export function htmlPage(title: string, body: Html): string {
  return `<!doctype html><html lang="en"><head><meta charset="utf-8"><title>${escapeHtml(title)}</title><style>${STYLE}</style></head><body>${body.html}<p class="dim">GitLab double: read-only pages.</p></body></html>\n`;
}

/** The state of a pipeline, a job or a status. */
export function stateWord(state: string): Html {
  return html`<span class="${state}">${state}</span>`;
}

export function link(href: string, text: string | Html): Html {
  return html`<a href="${href}">${text}</a>`;
}

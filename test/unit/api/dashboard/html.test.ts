// No text of a stranger's becomes markup, wherever a template puts it.
import { describe, expect, it } from "@jest/globals";
import fc from "fast-check";
import { Html, html } from "../../../../src/api/dashboard/html.ts";

const CASES = [
  ["<script>alert(1)</script>", "&lt;script&gt;alert(1)&lt;/script&gt;"],
  [`" onmouseover="x`, "&quot; onmouseover=&quot;x"],
  ["' x='", "&#39; x=&#39;"],
  ["&lt;", "&amp;lt;"],
  ["", ""],
  [0, "0"],
  [undefined, ""],
  [false, ""],
  [["<", html`<br>`, [">"]], "&lt;<br>&gt;"],
] as const;

/** Random characters are seldom those that matter. */
const NASTY = fc.constantFrom("<", ">", '"', "'", "&", ";", "/", "=", " ", "l", "t", "#");

describe("the template", () => {
  it.each(CASES)("shows %j as %s", (part, shown) => {
    expect(html`<p title="${part}">${part}</p>`.toString()).toBe(`<p title="${shown}">${shown}</p>`);
  });

  it("escapes what only looks like markup of our own", () => {
    const forged = { toString: () => "<script>" };
    const posing = Object.create(Html.prototype) as Html;
    expect(html`${String(forged)}`.toString()).toBe("&lt;script&gt;");
    expect(() => html`${posing}`.toString()).toThrow(TypeError);
  });

  it("lets no text out of where it was put, and loses nothing of it", () => {
    fc.assert(
      fc.property(fc.oneof(fc.string({ unit: "binary" }), fc.string({ unit: NASTY })), (text) => {
        const [, attribute, content] = /^<p title="([^"<>']*)">([^"<>']*)<\/p>$/.exec(
          html`<p title="${text}">${text}</p>`.toString(),
        ) as RegExpExecArray;
        expect([attribute, content].map(unescaped)).toEqual([text, text]);
      }),
    );
  });
});

function unescaped(text: string | undefined): string | undefined {
  const characters: Readonly<Record<string, string>> = { amp: "&", lt: "<", gt: ">", quot: '"', "#39": "'" };
  return text?.replace(/&([^;]*);/g, (_, name: string) => characters[name] ?? "?");
}

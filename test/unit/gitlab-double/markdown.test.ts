// The pages' Markdown: what bots and people need of it, and nothing that a stranger could put into a page.
import { describe, expect, it } from "@jest/globals";
import { renderMarkdown } from "../../gitlab-double/pages/markdown.ts";

describe("renderMarkdown", () => {
  it.each([
    ["paragraphs with their line breaks", "a\nb\n\nc", "<p>a<br>b</p><p>c</p>"],
    [
      "bold text, code and links",
      "**x**: [a`b`](http://h/1)",
      '<p><b>x</b>: <a href="http://h/1">a<code>b</code></a></p>',
    ],
    ["code with backticks", "`` `a` ``", "<p><code>`a`</code></p>"],
    ["escaped signs and entities", "\\*a\\* &amp; &#124;", "<p>*a* &amp; |</p>"],
    ["a list", "- a\n- b", "<ul><li>a</li><li>b</li></ul>"],
    ["a quotation", "> a\n>\n> b", "<blockquote><p>a</p><p>b</p></blockquote>"],
    [
      "a table",
      "| a | b |\n| --- | --- |\n| `1` | |",
      '<table class="grid"><tr><th>a</th><th>b</th></tr><tr><td><code>1</code></td><td></td></tr></table>',
    ],
    ["lines that are no table", "| a\n| b", "<p>| a<br>| b</p>"],
    [
      "a fold",
      "<details><summary>s</summary>\n\n- a\n\n</details>\nb",
      "<details><summary>s</summary><ul><li>a</li></ul></details><p>b</p>",
    ],
    ["a fence, also without an end", "```\n<a>\n- b", "<pre>&lt;a&gt;\n- b</pre>"],
    ["nothing of comments", "<!-- mark -->\na", "<p>a</p>"],
  ])("renders %s", (_name, markdown, expected) => {
    expect(renderMarkdown(markdown).html).toBe(expected);
  });

  it.each([
    "<script>alert(1)</script>",
    "[x](javascript:alert(1))",
    '[x](http://h/"onclick="alert(1))',
    "**<img src=x onerror=alert(1)>**",
    "| <script> |\n| --- |\n| `<script>` |",
    "<details><summary><script></summary>",
    "```\n<script>",
    "> <script>",
    "- <script>",
  ])("lets no markup of a stranger through: %s", (markdown) => {
    const tags = renderMarkdown(markdown).html.match(/<[^>]*>/g) ?? [];
    const known =
      /^<\/?(?:p|b|ul|li|blockquote|pre|code|details|tr|th|td|table(?: class="grid")?)>$|^<a href="http[^"]*">$|^<\/a>$/;
    expect(tags.filter((tag) => !known.test(tag))).toEqual([]);
  });
});

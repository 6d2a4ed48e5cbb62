import { describe, expect, it } from "@jest/globals";
import { findFencedText } from "../../../../src/sync/mirror/fenced-text.ts";

const text = (title: string, body = "") => ({ title, body });

describe("findFencedText", () => {
  it.each([
    ["title and body", "Hello\n\n```dist-git\nTitle\n\nBody\n\n  more\n```\nrest", text("Title", "Body\n\n  more")],
    ["no blank line between them", "``` dist-git \nTitle\nBody\n```", text("Title", "Body")],
    ["a title only", "~~~dist-git\n\n  Title  \n\n~~~", text("Title")],
    [
      "indented fences take their indentation from the lines",
      "   ```dist-git\n   T\n     b\n c\n  ```",
      text("T", "  b\nc"),
    ],
    ["a longer closing fence", "```dist-git\nT\n`````", text("T")],
    ["a shorter or another fence inside", "````dist-git\nT\n```\n~~~~\nb\n````", text("T", "```\n~~~~\nb")],
    ["a fence with words behind it closes nothing", "```dist-git\nT\n``` x\n```", text("T", "``` x")],
    ["nothing closes it", "```dist-git\nT\nb", text("T", "b")],
    ["the first of several", "```dist-git\nT\n```\n```dist-git\nU\n```", text("T")],
    ["an empty one is skipped", "```dist-git\n \n```\n~~~dist-git\nU\n~~~", text("U")],
    ["behind another block", "```sh\nx\n```\n```dist-git\nT\n```", text("T")],
  ])("%s", (_, description, expected) => {
    expect(findFencedText(description)).toEqual(expected);
  });

  it.each([
    ["nothing", ""],
    ["no fence", "dist-git\nT"],
    ["another info string", "```dist-git-x\nT\n```\n```sh dist-git\nT\n```\n```Dist-git\nT\n```"],
    ["four blanks: indented code", "    ```dist-git\n    T\n    ```"],
    ["two signs", "``dist-git\nT\n``"],
    ["inline code", "```dist-git``` T"],
    ["inside another block", "````markdown\n```dist-git\nT\n```\n````"],
    ["inside another block that nothing closes", "~~~\n```dist-git\nT\n```"],
    ["inside a template's comment", "<!-- To change the text:\n```dist-git\nT\n```\n-->"],
    ["only an empty one", "```dist-git\n```"],
  ])("finds none: %s", (_, description) => {
    expect(findFencedText(description)).toBeUndefined();
  });
});

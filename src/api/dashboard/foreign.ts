// Texts of strangers inside a page of ours.
import { cut, plainLine } from "../../model/plain-line.ts";
import { type Html, html } from "./html.ts";

const MAX_LENGTH = 300;

/** The text on one line, cut, and on its own: a text that is read from right to left does not turn what stands around it. */
export function foreign(text: string, maxLength = MAX_LENGTH): Html {
  return html`<bdi>${cut(plainLine(text), maxLength)}</bdi>`;
}

// The manual page in roff's macros (man(7)). Pure.

/** The help of one command. */
export interface Section {
  readonly title: string;
  readonly text: string;
}

/** What the page is made of. */
export interface ManPage {
  readonly version: string;
  readonly description: string;
  readonly sections: readonly Section[];
}

/** Makes the page. The sections stay as they are: they are set for a terminal already. */
export function manPage({ version, description, sections }: ManPage): string {
  return `.TH TANDEM 1 "" "tandem ${escaped(version)}" "Tandem"
.SH NAME
tandem \\- ${escaped(description)}
${sections.map(section).join("")}`;
}

function section({ title, text }: Section): string {
  return `.SH ${escaped(title.toUpperCase())}\n.nf\n${text.trimEnd().split("\n").map(line).join("\n")}\n.fi\n`;
}

/** A line that begins with a dot or an apostrophe would be a request. */
function line(text: string): string {
  return /^[.']/.test(text) ? `\\&${escaped(text)}` : escaped(text);
}

/** Backslashes and hyphens mean themselves, so that an option can be copied; what is not ASCII is named by its number. */
function escaped(text: string): string {
  const named = (character: string) => `\\[u${character.codePointAt(0)?.toString(16).toUpperCase().padStart(4, "0")}]`;
  return text
    .replaceAll("\\", "\\e")
    .replaceAll("-", "\\-")
    .replace(/[^\x20-\x7e]/gu, named);
}

// The trailers that Tandem itself writes at the end of a commit message, read back.

/**
 * The value of the last line `<token>: <value>` in the last paragraph of a message, or undefined. Looking at the last
 * paragraph only keeps a description from posing as a trailer.
 */
export function readTrailer(message: string, token: string): string | undefined {
  const last =
    message
      .trimEnd()
      .split(/\n[ \t]*\n/)
      .at(-1) ?? "";
  const prefix = `${token}: `;
  return last
    .split("\n")
    .filter((line) => line.startsWith(prefix))
    .at(-1)
    ?.slice(prefix.length)
    .trim();
}

// The output of `git cat-file --batch` and `--batch-check`.
import { TandemError } from "../model/errors.ts";
import { parseSha, type Sha } from "../model/ids.ts";

/** Splits the answer of `cat-file --batch` to these ids. Throws kind `environment` when an object is missing. */
export function parseBatch(output: Buffer, ids: readonly Sha[]): Buffer[] {
  const contents: Buffer[] = [];
  let at = 0;
  for (const id of ids) {
    const end = output.indexOf(10, at);
    const size = sizeIn(output.toString("latin1", at, end), id);
    contents.push(output.subarray(end + 1, end + 1 + size));
    at = end + size + 2;
  }
  return contents;
}

/** The ids in the answers `<id> <type> <size>` of `--batch-check`; undefined for no commit (`… missing`, `… ambiguous`). */
export function parseChecks(output: Buffer): readonly (Sha | undefined)[] {
  const lines = output.toString("latin1").split("\n").slice(0, -1);
  return lines.map((line) => parseSha(/^([0-9a-f]+) commit \d+$/.exec(line)?.[1] ?? ""));
}

function sizeIn(line: string, id: Sha): number {
  const match = /^[0-9a-f]+ [a-z]+ (\d+)$/.exec(line);
  if (match) return Number(match[1]);
  throw new TandemError("environment", `The object ${id} is missing in the object store.`, {
    code: "cache-damaged",
    fix: "It is fetched again. If it stays, delete the package's directory in the git cache.",
  });
}

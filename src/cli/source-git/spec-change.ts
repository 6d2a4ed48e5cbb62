// Which lines of the spec file an update changes, for the plan.
import { pathFromText } from "../../git/byte-path.ts";
import type { Repository } from "../../git/repository.ts";
import type { Sha } from "../../model/ids.ts";
import type { SpecChange } from "./plan.ts";

/** Compares the spec of two trees: lines as often as they come or go, in the order of the file. */
export async function readSpecChange(
  repository: Repository,
  name: string,
  { before, after }: { readonly before: Sha; readonly after: Sha },
): Promise<SpecChange> {
  const [old, now] = await Promise.all([readLines(repository, name, before), readLines(repository, name, after)]);
  return { added: without(now, old), removed: without(old, now) };
}

async function readLines(repository: Repository, name: string, tree: Sha): Promise<string[]> {
  const path = pathFromText(name);
  const file = (await repository.readTree(tree)).find((one) => one.path === path);
  const [content] = file ? await repository.readBlobs([file.id]) : [];
  // biome-ignore lint/suspicious/noControlCharactersInRegex: a terminal must not obey what a stranger wrote
  const text = (content ?? Buffer.alloc(0)).toString("utf8").replace(/[\u0000-\u0008\u000b-\u001f\u007f]/g, "");
  return text.split("\n");
}

/** The lines of one text that the other has not, or not as often. */
function without(lines: readonly string[], others: readonly string[]): string[] {
  const counts = new Map<string, number>();
  for (const line of others) counts.set(line, (counts.get(line) ?? 0) + 1);
  return lines.filter((line) => {
    const left = counts.get(line) ?? 0;
    counts.set(line, left - 1);
    return left <= 0;
  });
}

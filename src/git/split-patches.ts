// Takes the output of one `git format-patch --stdout` apart into its mails, without loss.
import { TandemError } from "../model/errors.ts";
import { parseSha } from "../model/ids.ts";
import type { PatchMail } from "./repository.ts";

/**
 * Splits at the signatures: git ends each mail with `-- `, the given text and an empty line. The text is random, so no
 * commit message can hold it; a `From <sha>` line could stand in any. The signatures are removed.
 */
export function splitPatches(output: Buffer, signature: string): PatchMail[] {
  const end = Buffer.from(`-- \n${signature}\n\n`, "latin1");
  const mails: PatchMail[] = [];
  for (let start = 0; start < output.length; ) {
    const stop = output.indexOf(end, start);
    const commit = parseSha(/^From ([0-9a-f]+) /.exec(output.toString("latin1", start, start + 70))?.[1] ?? "");
    if (stop < 0 || !commit) throw new TandemError("bug", "git format-patch wrote no mail.", { code: "patch-split" });
    mails.push({ commit, content: output.subarray(start, stop) });
    // On standard output git parts the mails by one more empty line.
    start = stop + end.length + (output[stop + end.length] === 10 ? 1 : 0);
  }
  return mails;
}

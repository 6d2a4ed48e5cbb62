// What may be the name of a patch file (engine.md, D7): a plain name in the dist-git root that nothing else uses.
import { userError } from "../../model/errors.ts";

/** What the name must not collide with. */
export interface NameContext {
  /** Name of the spec file. */
  readonly specName: string;
  /** Whether `files_to_sync` writes a file of this name into the dist-git root. */
  readonly isSynced: (name: string) => boolean;
}

/** Throws kind `user`, code `patch-name-invalid`, unless the name can be used. `where` names the commit. */
export function checkPatchName(name: string, where: string, context: NameContext): void {
  const reason = patchNameProblem(name, context);
  if (reason === undefined) return;
  throw userError("patch-name-invalid", `Commit ${where}: the patch name '${printable(name)}' ${reason}.`, {
    fix: "Give the patch a plain file name of its own with the trailer 'Patch-name: <name>.patch'.",
  });
}

/** What speaks against the name, to follow it in a sentence; undefined: nothing. */
export function patchNameProblem(name: string, { specName, isSynced }: NameContext): string | undefined {
  if (name === "") return "is empty";
  if (name.includes("/")) return "holds a path";
  // biome-ignore lint/suspicious/noControlCharactersInRegex: control characters are what it looks for
  if (/[\u0000-\u001f\u007f-\u009f\u2028\u2029]/.test(name)) return "holds control characters";
  if (/^[.-]/.test(name)) return "begins with a dot or dash";
  if (name.startsWith(" ")) return "begins with a blank";
  if (!/[\p{L}\p{N}]$/u.test(name)) return "does not end in a letter or digit";
  if (Buffer.byteLength(name) > 255) return "is too long";
  if (name === specName) return "is the name of the spec file";
  if (name === "sources") return "is the name of the sources file";
  if (isSynced(name)) return "is also the name of a file that files_to_sync writes";
  return undefined;
}

function printable(name: string): string {
  // biome-ignore lint/suspicious/noControlCharactersInRegex: control characters are what it replaces
  return name.slice(0, 120).replace(/[\u0000-\u001f\u007f-\u009f\u2028\u2029]/g, "?");
}

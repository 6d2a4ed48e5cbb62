// The keys of `.distro/source-git.yaml` (engine.md 1.2, 1.3). Unknown keys are errors.
import { z } from "zod";

// Texts become arguments of git: no NUL, and no more than fits into a command line.
const text = z
  .string("Not a valid string.")
  .max(1000)
  .refine((value) => !value.includes("\0"), "Not a valid string.");
const list = (what: z.ZodType<string>) => z.array(what, "Not a valid list.").max(1000);

const TRUE = new Set(["t", "T", "true", "True", "TRUE", "on", "On", "ON", "y", "Y", "yes", "Yes", "YES", "1"]);
const FALSE = new Set(["f", "F", "false", "False", "FALSE", "off", "Off", "OFF", "n", "N", "no", "No", "NO", "0"]);

const flag = z.union([z.boolean(), z.number(), z.string()], "Not a valid boolean.").transform((value, context) => {
  if (TRUE.has(String(value))) return true;
  if (FALSE.has(String(value))) return false;
  context.addIssue({ code: "custom", message: "Not a valid boolean." });
  return z.NEVER;
});

const digits = z.union([z.number(), z.string()], "Not a valid integer.").transform((value, context) => {
  const number =
    typeof value === "number" ? Math.trunc(value) : /^\s*[-+]?\d+\s*$/.test(value) ? Number(value) : Number.NaN;
  if (number >= 0 && number <= 20) return number;
  context.addIssue({ code: "custom", message: Number.isNaN(number) ? "Not a valid integer." : "Invalid value." });
  return z.NEVER;
});

/** One item of `files_to_sync`: a path alone is source and destination at once. */
const syncItem = z.preprocess(
  (value) => (typeof value === "string" ? { src: value, dest: value } : value),
  z
    .strictObject(
      {
        src: z.union([text, list(text)], "Expected 'list[str]' or 'str'."),
        dest: text,
        mkpath: flag.optional(),
        delete: flag.optional(),
        filters: list(text).nullish(),
      },
      { error: (issue) => (issue.code === "invalid_type" ? "Expected 'dict' or 'str'." : undefined) },
    )
    .transform((item) => ({
      src: typeof item.src === "string" ? [item.src] : item.src,
      dest: item.dest,
      mkpath: item.mkpath ?? false,
      delete: item.delete ?? false,
      filters: item.filters ?? [],
    })),
);

const syncItems = z.array(syncItem, "Not a valid list.").max(1000);
const repositoryName = text.refine((name) => !/[/\0]/.test(name), "Repository name must be a valid filename.");
const anything = z.unknown().optional();

const sharedKeys = {
  upstream_ref: text.nullish(),
  downstream_package_name: repositoryName.nullish(),
  specfile_path: text.nullish(),
  patch_generation_ignore_paths: list(text).optional(),
  patch_generation_patch_id_digits: digits.optional(),
  sync_changelog: flag.optional(),
  files_to_sync: syncItems.optional(),
  synced_files: syncItems.optional(),
  sources: z
    .array(z.strictObject({ path: text, url: text }), "Not a valid list.")
    .max(1000)
    .optional(),
  upstream_tag_template: text.nullish(),
  spec_source_id: z.union([text, z.int()]).optional(),
  pkg_tool: text.nullish(),
  dist_git_base_url: text.nullish(),
  dist_git_namespace: text.nullish(),
  actions: z.record(z.string(), anything, "'dict' required").nullish(),
  paths: list(text).optional(),
  upstream_project_url: text.nullish(),
  upstream_package_name: repositoryName.nullish(),
  upstream_tag_include: text.nullish(),
  upstream_tag_exclude: text.nullish(),
  upload_sources: flag.optional(),
  sig: text.nullish(),
  create_sync_note: flag.optional(),
  create_pr: flag.optional(),
  copy_upstream_release_description: flag.optional(),
  allowed_gpg_keys: list(text).nullish(),
  parse_time_macros: anything,
  version_update_mask: text.nullish(),
  version_update_specifiers: anything,
  prerelease_suffix_pattern: text.nullish(),
  prerelease_suffix_macro: text.nullish(),
  dist_git_url: anything,
};

/** One package of a monorepo: the same keys; what is absent is inherited. */
const packageSchema = z.strictObject(sharedKeys);

/** The whole file. `_` is a parking place for YAML anchors. */
export const sourceGitSchema = z.strictObject({
  ...sharedKeys,
  _: anything,
  jobs: anything,
  packages: z.record(z.string(), packageSchema).optional(),
});

/** The file as written, checked. */
export type SourceGitFile = z.infer<typeof sourceGitSchema>;

// How large content may be that strangers send. Whoever runs the engine decides; these are the defaults.

/** Upper bounds; going beyond one is the user's error. */
export interface EngineLimits {
  /** Commits between `upstream_ref` and the head. */
  readonly maxCommits: number;
  /** All generated patches together. */
  readonly maxPatchBytes: number;
  /** Configuration, spec files and the old patch files together. */
  readonly maxReadBytes: number;
  /** Files in a tree. */
  readonly maxFiles: number;
  /** One file that is copied to dist-git. */
  readonly maxFileBytes: number;
}

/** Generous for real packages: the largest source-git repositories stay below a tenth of these. */
export const DEFAULT_LIMITS: EngineLimits = {
  maxCommits: 5000,
  maxPatchBytes: 128 * 1024 * 1024,
  maxReadBytes: 128 * 1024 * 1024,
  maxFiles: 500_000,
  maxFileBytes: 64 * 1024 * 1024,
};

/** A text that is worked on line by line. The largest spec files have a fifth of that. */
export const MAX_TEXT_BYTES = 8 * 1024 * 1024;
export const MAX_TEXT_LINES = 200_000;
/** All `.gitattributes` of a tree. */
export const MAX_ATTRIBUTES_BYTES = 1024 * 1024;

/** Bytes of a path in dist-git: people check it out, below directories of their own (PATH_MAX is 4096). */
export const MAX_PATH_BYTES = 1024;
/** Directories above a file in dist-git. */
export const MAX_PATH_DEPTH = 64;

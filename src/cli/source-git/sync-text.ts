// What the commands say about the sync state (engine.md 8.2).
import type { SyncState } from "../../engine/sync-state.ts";
import { shortSha } from "../../model/ids.ts";

/** The two repositories as they are named in a text. */
export interface PairNames {
  readonly source: string;
  readonly dist: string;
}

/** The state in sentences, with what to do next. */
export function syncText(state: SyncState, names: PairNames): string {
  const { source, dist } = names;
  switch (state.state) {
    case "up-to-date":
      return `${lostText(state, names)}'${source}' is up to date with '${dist}'.\n`;
    case "ahead":
      return (
        `${lostText(state, names)}'${source}' is ahead of '${dist}'${countText(state.source.count)}.\n` +
        `To bring its commits to dist-git, run:\n\n` +
        `    tandem source-git update-dist-git ${quote(source)} ${quote(dist)}\n\n` +
        `The first source-git commit to be synced is '${shortSha(state.source.first)}'.\n\n`
      );
    case "behind":
      return (
        `${lostText(state, names)}'${source}' is behind of '${dist}'${countText(state.dist.count)}.\n` +
        `To bring the commits of dist-git to source-git, run:\n\n` +
        `    tandem source-git update-source-git ${quote(dist)} ${quote(source)} \\\n` +
        `        ${shortSha(state.dist.first)}~..\n\n` +
        `The first dist-git commit to be synced is '${shortSha(state.dist.first)}'.\n\n`
      );
    case "diverged":
      return (
        `${lostText(state, names)}'${source}' and '${dist}' have diverged.\n` +
        `The first source-git commit to be synced is '${shortSha(state.source.first)}'.\n` +
        `The first dist-git commit to be synced is '${shortSha(state.dist.first)}'.\n` +
        `Bring them together by hand: put the dist-git commits into source-git, or let an update with --force\n` +
        `overwrite one side. See https://packit.dev/source-git/work-with-source-git for the ways to do it.\n\n`
      );
  }
}

function countText(count: number | undefined): string {
  return count === undefined ? ", by its contents" : ` by ${count} commits`;
}

/** Says that the last sync point is gone; empty where it is not. */
export function lostText({ lost }: SyncState, { source, dist }: PairNames): string {
  if (!lost) return "";
  const side = lost.side === "source" ? source : dist;
  // The text comes from a commit message.
  const text = /^[0-9a-f]{4,64}$/.test(lost.text) ? lost.text.slice(0, 8) : JSON.stringify(lost.text.slice(0, 80));
  return (
    `The last sync point ${text} is not part of the history of '${side}' (squashed, rebased or force-pushed); ` +
    `compared by content.\n`
  );
}

/** A path as a shell takes it. */
function quote(path: string): string {
  return /^[\w@%+=:,./-]+$/.test(path) ? path : `'${path.replaceAll("'", "'\\''")}'`;
}

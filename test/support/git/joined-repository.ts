// One object store that holds the histories of both test repositories, as the engine wants it.
import { mkdirSync, mkdtempSync } from "node:fs";
import { join } from "node:path";
import { openBareRepository } from "../../../src/git/bare-repository.ts";
import type { Repository } from "../../../src/git/repository.ts";
import type { TestPair } from "./test-pair.ts";

/** Opens a new store below `directory` with `main` and the tags of source-git and `c9s` of dist-git. */
export async function joinRepositories({ source, dist }: TestPair, directory: string): Promise<Repository> {
  mkdirSync(directory, { recursive: true });
  const repository = await openBareRepository({
    directory: join(mkdtempSync(join(directory, "joined-")), "cache.git"),
    environment: { PATH: process.env.PATH ?? "" },
    allowFileRemotes: true,
  });
  await repository.fetch({ url: source.directory }, ["+refs/heads/main:refs/s/main", "+refs/tags/*:refs/tags/*"]);
  await repository.fetch({ url: dist.directory }, ["+refs/heads/*:refs/d/*"]);
  return repository;
}

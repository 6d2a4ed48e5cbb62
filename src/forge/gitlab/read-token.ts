// When the bot's token ends. Not part of the forge port: no job needs it, only whoever watches the service.
import { PersonalAccessTokens } from "@gitbeaker/rest";
import { z } from "zod";
import { parse } from "./answers.ts";
import { type GitLabOptions, gitlabSettings } from "./settings.ts";

/** A plain date; the token ends when that day begins, in UTC. */
const tokenSchema = z.object({ expires_at: z.iso.date().nullish() });

/**
 * Asks GitLab about the token itself.
 * @returns milliseconds since the epoch; undefined for a token that does not end
 * @throws TandemError kind `auth` when the token is refused
 */
export async function readTokenEnd(options: GitLabOptions): Promise<number | undefined> {
  const tokens = new PersonalAccessTokens(gitlabSettings(options));
  const { expires_at } = parse(tokenSchema, await tokens.show());
  return expires_at ? Date.parse(expires_at) : undefined;
}

// Tells from a request's headers who sent it.
import type { IncomingHttpHeaders } from "node:http";
import type { Token, User } from "../state/types.ts";
import type { World } from "../state/world.ts";
import { ApiError, unauthorized } from "./reply.ts";

/** The user and the token of a request; both undefined when it carries none. */
export interface Identity {
  readonly user: User | undefined;
  readonly token: Token | undefined;
}

const NOBODY: Identity = { user: undefined, token: undefined };

/**
 * Reads `PRIVATE-TOKEN` or `Authorization: Bearer`.
 * @throws ApiError 401 for a token that is unknown, revoked or expired.
 */
export function authenticateApi(world: World, headers: IncomingHttpHeaders): Identity {
  const privateToken = headers["private-token"];
  if (typeof privateToken === "string") return identify(world, privateToken, false);
  const bearer = /^Bearer\s+(.+)$/i.exec(headers.authorization ?? "")?.[1];
  return bearer === undefined ? NOBODY : identify(world, bearer, true);
}

/** Reads Basic credentials of a git client: any user name, the token as password. Undefined when they are wrong. */
export function authenticateGit(world: World, headers: IncomingHttpHeaders): Identity | undefined {
  const basic = /^Basic\s+(.+)$/i.exec(headers.authorization ?? "")?.[1];
  if (basic === undefined) return NOBODY;
  const password = Buffer.from(basic, "base64").toString("utf8").split(":").slice(1).join(":");
  const token = world.tokens.get(password);
  return token === undefined || problemOf(token) !== undefined
    ? undefined
    : { user: world.userOf(token.userId), token };
}

function identify(world: World, value: string, bearer: boolean): Identity {
  const token = world.tokens.get(value);
  const problem = token === undefined ? undefined : problemOf(token);
  if (problem !== undefined) {
    const description = `Token ${problem}. You have to re-authorize from the user.`;
    throw new ApiError(401, { error: "invalid_token", error_description: description });
  }
  if (token !== undefined) return { user: world.userOf(token.userId), token };
  if (bearer) throw new ApiError(401, { error: "invalid_token", error_description: "The access token is invalid" });
  throw unauthorized();
}

function problemOf(token: Token): string | undefined {
  if (token.revoked) return "was revoked";
  if (token.expiresAt !== null && Date.parse(token.expiresAt) <= Date.now()) return "is expired";
  return undefined;
}

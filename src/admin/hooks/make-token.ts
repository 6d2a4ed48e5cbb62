// Makes the tokens of webhooks, and a note by which a hook shows later with which secret its token was made: GitLab never
// shows a token again.
import { scryptSync } from "node:crypto";
import { SignJWT } from "jose";
import { describeGrant, type Grant, TOKEN_ALGORITHM, toClaims } from "../../model/grant.ts";
import type { Secret } from "../../model/secret.ts";

/** Makes the token for the hooks of a namespace, or of one repository. It does not expire. */
export function mintWebhookToken(grant: Grant, secret: Secret): Promise<string> {
  return new SignJWT(toClaims(grant))
    .setProtectedHeader({ alg: TOKEN_ALGORITHM, typ: "JWT" })
    .sign(new TextEncoder().encode(secret.reveal()));
}

/** Makes tokens with one secret. */
export interface TokenMaker {
  mint(grant: Grant): Promise<string>;
  /** What is written into the hook's description: for whom the token speaks, and a mark of the secret. */
  noteFor(grant: Grant): string;
}

/** Makes a maker. Its first note costs some 50 ms of computing. */
export function createTokenMaker(secret: Secret): TokenMaker {
  let key: string | undefined;
  return {
    mint: (grant) => mintWebhookToken(grant, secret),
    noteFor: (grant) => {
      key ??= keyMark(secret);
      return `Made by Tandem. The secret token is for ${describeGrant(grant)}, key ${key}.`;
    },
  };
}

/**
 * Eight digits that differ when the secret does. Maintainers can read them, so they are few, and slow to compute: nobody finds
 * a weak secret with them sooner than with what a hook sends.
 */
function keyMark(secret: Secret): string {
  return scryptSync(secret.reveal(), "tandem webhook token", 4).toString("hex");
}

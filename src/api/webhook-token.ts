// Checks the tokens in X-Gitlab-Token: a JWT (HS256) that names a namespace, and maybe one repository.
import { createSecretKey, type KeyObject } from "node:crypto";
import { errors, jwtVerify } from "jose";
import { z } from "zod";
import { fromClaims, TOKEN_ALGORITHM } from "../model/grant.ts";
import type { Secret } from "../model/secret.ts";
import type { Proof } from "./proof.ts";

const claimsSchema = z.object({ namespace: z.string().min(1), repo_name: z.string().min(1).nullish() });

/**
 * Checks a token against every secret, so that secrets can be rotated. `exp` and `nbf` count where they are present.
 * The comparison of the MAC takes the same time whatever differs (WebCrypto).
 */
export async function verifyWebhookToken(token: string, secrets: readonly Secret[], nowMs: number): Promise<Proof> {
  if (secrets.length === 0) return refused("no secret for X-Gitlab-Token is configured (GITLAB_WEBHOOK_SECRET)");
  let failure: unknown;
  for (const secret of secrets) {
    try {
      const options = { algorithms: [TOKEN_ALGORITHM], currentDate: new Date(nowMs) };
      const { payload } = await jwtVerify(token, keyOf(secret), options);
      return readClaims(payload);
    } catch (error) {
      failure = error;
      // Only a wrong signature may be mended by another secret.
      if (!(error instanceof errors.JWSSignatureVerificationFailed)) break;
    }
  }
  return refused(reasonOf(failure));
}

function readClaims(payload: unknown): Proof {
  const claims = claimsSchema.safeParse(payload);
  if (!claims.success) return refused("the token in X-Gitlab-Token names no namespace");
  return { ok: true, grants: [fromClaims(claims.data)] };
}

function reasonOf(failure: unknown): string {
  if (failure instanceof errors.JWSSignatureVerificationFailed) {
    return "the token in X-Gitlab-Token is not signed with a secret of this service";
  }
  if (failure instanceof errors.JWTExpired) return "the token in X-Gitlab-Token has expired";
  if (failure instanceof errors.JWTClaimValidationFailed) {
    return failure.claim === "nbf" && failure.reason === "check_failed"
      ? "the token in X-Gitlab-Token is not valid yet"
      : "the token in X-Gitlab-Token has an invalid claim";
  }
  if (failure instanceof errors.JOSEAlgNotAllowed)
    return `the token in X-Gitlab-Token must be signed with ${TOKEN_ALGORITHM}`;
  return "X-Gitlab-Token holds no token of this service: make one with `tandem webhook token`";
}

function refused(reason: string): Proof {
  return { ok: false, reason };
}

/** A key is made of a secret once: making one costs as much as checking a token with it. */
const keys = new WeakMap<Secret, KeyObject>();

function keyOf(secret: Secret): KeyObject {
  const key = keys.get(secret) ?? createSecretKey(secret.reveal(), "utf8");
  keys.set(secret, key);
  return key;
}

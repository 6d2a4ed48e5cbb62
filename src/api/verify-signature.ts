// GitLab's signed webhooks (19.0 and later), which follow Standard Webhooks: HMAC-SHA256 over `<id>.<timestamp>.<body>`.
// https://github.com/standard-webhooks/standard-webhooks/blob/main/spec/standard-webhooks.md
import { createHmac, timingSafeEqual } from "node:crypto";
import type { SigningToken } from "../config/webhook-secrets.ts";
import type { Proof } from "./grant.ts";

/** How far the timestamp of a delivery may be from our clock, in both directions. */
const WINDOW_SECONDS = 300;
const MAC_BYTES = 32;

/** The headers of a signed delivery. */
export interface SignatureHeaders {
  readonly id: string | undefined;
  /** Seconds since the epoch. */
  readonly timestamp: string | undefined;
  /** `v1,<base64>`, several separated by spaces. */
  readonly signature: string;
}

/** Checks a signature against all signing tokens; the grants are the namespaces of those that fit. */
export function verifySignature(
  { id, timestamp, signature }: SignatureHeaders,
  body: Buffer,
  tokens: readonly SigningToken[],
  nowMs: number,
): Proof {
  if (tokens.length === 0) return refused("no signing token is configured (GITLAB_WEBHOOK_SIGNING_TOKENS)");
  if (!id || !timestamp || !/^\d{1,12}$/.test(timestamp)) {
    return refused("webhook-signature needs webhook-id and webhook-timestamp");
  }
  if (Math.abs(nowMs / 1000 - Number(timestamp)) > WINDOW_SECONDS) {
    return refused("webhook-timestamp is too far from this service's time");
  }
  const given = readSignatures(signature);
  const grants = tokens
    .filter(({ token }) => {
      const key = Buffer.from(token.reveal().replace(/^whsec_/, ""), "base64");
      const mac = createHmac("sha256", key).update(`${id}.${timestamp}.`, "latin1").update(body).digest();
      return given.some((candidate) => timingSafeEqual(candidate, mac));
    })
    .map(({ namespace }) => ({ namespace }));
  return grants.length > 0 ? { ok: true, grants } : refused("webhook-signature fits no signing token of this service");
}

/** The MACs of a known version and of the right length. */
function readSignatures(text: string): readonly Buffer[] {
  return text
    .split(" ")
    .filter((part) => part.startsWith("v1,"))
    .map((part) => Buffer.from(part.slice("v1,".length), "base64"))
    .filter((mac) => mac.length === MAC_BYTES);
}

function refused(reason: string): Proof {
  return { ok: false, reason };
}

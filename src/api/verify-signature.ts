// GitLab's signed webhooks (19.0 and later), which follow Standard Webhooks: HMAC-SHA256 over `<id>.<timestamp>.<body>`.
// https://github.com/standard-webhooks/standard-webhooks/blob/main/spec/standard-webhooks.md
import { createHmac, timingSafeEqual } from "node:crypto";
import type { SigningToken } from "../config/webhook-secrets.ts";
import type { Proof } from "./proof.ts";

/** How far the timestamp of a delivery may be from our clock, in both directions. */
const WINDOW_SECONDS = 300;
const MAC_BYTES = 32;
const NO_FIT = "webhook-signature fits no signing token of this service";

/** The headers of a signed delivery. */
export interface SignatureHeaders {
  readonly id: string | undefined;
  /** Seconds since the epoch. */
  readonly timestamp: string | undefined;
  /** `v1,<base64>`, several separated by spaces. */
  readonly signature: string;
}

/** Why no body could fit such headers; undefined when one could. */
export function whySignatureHopeless(
  { id, timestamp, signature }: SignatureHeaders,
  tokens: readonly SigningToken[],
  nowMs: number,
): string | undefined {
  if (tokens.length === 0) return "no signing token is configured (GITLAB_WEBHOOK_SIGNING_TOKENS)";
  if (!id || !timestamp || !/^\d{1,12}$/.test(timestamp)) {
    return "webhook-signature needs webhook-id and webhook-timestamp";
  }
  if (Math.abs(nowMs / 1000 - Number(timestamp)) > WINDOW_SECONDS) {
    return "webhook-timestamp is too far from this service's time";
  }
  return readSignatures(signature).length === 0 ? NO_FIT : undefined;
}

/** Checks a signature against all signing tokens; the grants are the namespaces of those that fit. */
export function verifySignature(
  headers: SignatureHeaders,
  body: Buffer,
  tokens: readonly SigningToken[],
  nowMs: number,
): Proof {
  const hopeless = whySignatureHopeless(headers, tokens, nowMs);
  if (hopeless !== undefined) return refused(hopeless);
  const { id, timestamp, signature } = headers;
  const given = readSignatures(signature);
  const grants = tokens
    .filter(({ token }) => {
      const key = Buffer.from(token.reveal().replace(/^whsec_/, ""), "base64");
      const mac = createHmac("sha256", key).update(`${id}.${timestamp}.`, "latin1").update(body).digest();
      return given.some((candidate) => timingSafeEqual(candidate, mac));
    })
    .map(({ namespace }) => ({ namespace }));
  return grants.length > 0 ? { ok: true, grants } : refused(NO_FIT);
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

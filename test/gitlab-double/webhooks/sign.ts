// GitLab's signed webhooks (19.0): HMAC-SHA256 over `{id}.{timestamp}.{body}` with the decoded `whsec_` key.
import { createHmac } from "node:crypto";

/** The three signature headers of a delivery. `timestamp` in seconds since the epoch. */
export function signatureHeaders(
  signingToken: string,
  delivery: { readonly id: string; readonly timestamp: number; readonly body: string },
): Record<string, string> {
  const key = Buffer.from(signingToken.replace(/^whsec_/, ""), "base64");
  const signed = `${delivery.id}.${delivery.timestamp}.${delivery.body}`;
  return {
    "webhook-id": delivery.id,
    "webhook-timestamp": String(delivery.timestamp),
    "webhook-signature": `v1,${createHmac("sha256", key).update(signed).digest("base64")}`,
  };
}

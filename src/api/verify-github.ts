// Whether a GitHub delivery comes from a hook that knows one of our secrets. There is no claim in it: a secret speaks for
// the whole service, and what a delivery says stays a hint.
// https://docs.github.com/en/webhooks/using-webhooks/validating-webhook-deliveries
import { isUtf8 } from "node:buffer";
import type { IncomingHttpHeaders } from "node:http";
import { Webhooks } from "@octokit/webhooks";
import type { Secret } from "../model/secret.ts";
import { headerText } from "./verify-delivery.ts";

const SIGNATURE_HEADER = "x-hub-signature-256";
const SIGNATURE = /^sha256=[0-9a-f]{64}$/;

/** Why no body could make these headers good; undefined when one could. */
export function whyHopelessForGitHub(headers: IncomingHttpHeaders): string | undefined {
  const signature = headerText(headers, SIGNATURE_HEADER);
  if (signature === undefined) return "X-Hub-Signature-256 is missing: the hook has no secret";
  return SIGNATURE.test(signature) ? undefined : "X-Hub-Signature-256 is not `sha256=` and 64 hexadecimal digits";
}

/**
 * Checks the signature over the raw bytes of a delivery against every secret, so that secrets can be rotated.
 * @returns why the delivery is refused, without anything secret; undefined when the signature is good
 */
export async function whyNotSigned(
  headers: IncomingHttpHeaders,
  body: Buffer,
  secrets: readonly Secret[],
): Promise<string | undefined> {
  const hopeless = whyHopelessForGitHub(headers);
  if (hopeless !== undefined) return hopeless;
  const signature = headerText(headers, SIGNATURE_HEADER) ?? "";
  // The library signs text. Only of UTF-8 is the text the same as the bytes.
  if (body.length > 0 && isUtf8(body)) {
    const text = body.toString("utf8");
    for (const secret of secrets) {
      if (await new Webhooks({ secret: secret.reveal() }).verify(text, signature)) return undefined;
    }
  }
  return "X-Hub-Signature-256 fits no secret of this service (GITHUB_WEBHOOK_SECRET)";
}

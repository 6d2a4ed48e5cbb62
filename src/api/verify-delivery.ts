// Whether a delivery comes from a hook that we know, and which projects that hook may speak for.
// A signature that is present must pass, a token that is present must pass as well, and one of them must be there.
import type { IncomingHttpHeaders } from "node:http";
import type { WebhookSecrets } from "../config/webhook-secrets.ts";
import type { Clock } from "../model/clock.ts";
import { covers, type Grant, type Proof } from "./grant.ts";
import { verifySignature } from "./verify-signature.ts";
import { verifyWebhookToken } from "./webhook-token.ts";

/** The proofs that a delivery brought, every one of them good; or why it is refused. */
export type Verified =
  | { readonly ok: true; readonly proofs: readonly (readonly Grant[])[] }
  | { readonly ok: false; readonly reason: string };

/** Checks the raw bytes of a delivery, before anything in them is looked at. */
export type Verifier = (headers: IncomingHttpHeaders, body: Buffer) => Promise<Verified>;

/** Makes the verifier for GitLab's deliveries. */
export function createVerifier({ jwtSecrets, signingTokens }: WebhookSecrets, clock: Clock): Verifier {
  return async (headers, body) => {
    const proofs: Proof[] = [];
    const signature = headerText(headers, "webhook-signature");
    if (signature !== undefined) {
      const id = headerText(headers, "webhook-id");
      const timestamp = headerText(headers, "webhook-timestamp");
      proofs.push(verifySignature({ id, timestamp, signature }, body, signingTokens, clock.now()));
    }
    const token = headerText(headers, "x-gitlab-token");
    if (token !== undefined) proofs.push(await verifyWebhookToken(token, jwtSecrets, clock.now()));

    const grants: (readonly Grant[])[] = [];
    for (const proof of proofs) {
      if (!proof.ok) return proof;
      grants.push(proof.grants);
    }
    if (grants.length > 0) return { ok: true, proofs: grants };
    return { ok: false, reason: "neither X-Gitlab-Token nor webhook-signature is present" };
  };
}

/** Why the proofs are not good for a project; undefined when they are. */
export function whyNotCovered(proofs: readonly (readonly Grant[])[], projectPath: string): string | undefined {
  const short = proofs.find((grants) => !grants.some((grant) => covers(grant, projectPath)));
  if (!short) return undefined;
  const names = short.map(({ namespace, repository }) => (repository ? `${namespace}/${repository}` : namespace));
  return `the hook's token is for ${names.join(", ")}, which does not cover the project ${projectPath}`;
}

/** A header's text. One that came several times is joined, so that it fits nothing. */
export function headerText(headers: IncomingHttpHeaders, name: string): string | undefined {
  const value = headers[name];
  return Array.isArray(value) ? value.join(", ") : value;
}

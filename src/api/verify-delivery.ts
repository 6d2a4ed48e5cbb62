// Whether a delivery comes from a hook that we know, and which projects that hook may speak for.
// A signature that is present must pass, a token that is present must pass as well, and one of them must be there.
import type { IncomingHttpHeaders } from "node:http";
import type { WebhookSecrets } from "../config/webhook-secrets.ts";
import type { Clock } from "../model/clock.ts";
import { covers, describeGrant, type Grant } from "../model/grant.ts";
import type { Proof } from "./proof.ts";
import { type SignatureHeaders, verifySignature, whySignatureHopeless } from "./verify-signature.ts";
import { verifyWebhookToken } from "./webhook-token.ts";

/** The proofs that a delivery brought, every one of them good; or why it is refused. */
export type Verified =
  | { readonly ok: true; readonly proofs: readonly (readonly Grant[])[] }
  | { readonly ok: false; readonly reason: string };

/** Checks deliveries. */
export interface Verifier {
  /** Why no body could make these headers good; undefined when one could. For strangers not a byte is kept in memory. */
  whyHopeless(headers: IncomingHttpHeaders): Promise<string | undefined>;
  /** Checks the raw bytes of a delivery, before anything in them is looked at. */
  verify(headers: IncomingHttpHeaders, body: Buffer): Promise<Verified>;
}

/** Makes the verifier for GitLab's deliveries. */
export function createVerifier({ jwtSecrets, signingTokens }: WebhookSecrets, clock: Clock): Verifier {
  // Asked for before the body is read and after: one request's token is checked once.
  const verified = new WeakMap<IncomingHttpHeaders, Promise<readonly Proof[]>>();
  const verifyToken = (headers: IncomingHttpHeaders): Promise<readonly Proof[]> => {
    const proofs = verified.get(headers) ?? proofsOfToken(headers);
    verified.set(headers, proofs);
    return proofs;
  };
  const proofsOfToken = async (headers: IncomingHttpHeaders): Promise<readonly Proof[]> => {
    const token = headerText(headers, "x-gitlab-token");
    return token === undefined ? [] : [await verifyWebhookToken(token, jwtSecrets, clock.now())];
  };
  const verifySigned = (headers: IncomingHttpHeaders, body: Buffer): readonly Proof[] => {
    const signature = signatureOf(headers);
    return signature === undefined ? [] : [verifySignature(signature, body, signingTokens, clock.now())];
  };
  return {
    async whyHopeless(headers) {
      const signature = signatureOf(headers);
      const proofs = await verifyToken(headers);
      if (proofs.length === 0 && signature === undefined) return NO_PROOF;
      const refused = proofs.find((proof) => !proof.ok)?.reason;
      return refused ?? (signature && whySignatureHopeless(signature, signingTokens, clock.now()));
    },
    async verify(headers, body) {
      const grants: (readonly Grant[])[] = [];
      for (const proof of [...verifySigned(headers, body), ...(await verifyToken(headers))]) {
        if (!proof.ok) return proof;
        grants.push(proof.grants);
      }
      return grants.length > 0 ? { ok: true, proofs: grants } : { ok: false, reason: NO_PROOF };
    },
  };
}

const NO_PROOF = "neither X-Gitlab-Token nor webhook-signature is present";

/** Why the proofs are not good for a project; undefined when they are. */
export function whyNotCovered(proofs: readonly (readonly Grant[])[], projectPath: string): string | undefined {
  const short = proofs.find((grants) => !grants.some((grant) => covers(grant, projectPath)));
  if (!short) return undefined;
  const names = short.map(describeGrant);
  return `the hook's token is for ${names.join(", ")}, which does not cover the project ${projectPath}`;
}

function signatureOf(headers: IncomingHttpHeaders): SignatureHeaders | undefined {
  const signature = headerText(headers, "webhook-signature");
  const [id, timestamp] = [headerText(headers, "webhook-id"), headerText(headers, "webhook-timestamp")];
  return signature === undefined ? undefined : { id, timestamp, signature };
}

/** A header's text. One that came several times is joined, so that it fits nothing. */
export function headerText(headers: IncomingHttpHeaders, name: string): string | undefined {
  const value = headers[name];
  return Array.isArray(value) ? value.join(", ") : value;
}

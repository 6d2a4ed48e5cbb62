// Deliveries for the measurement of the intake, as the bytes that go over the wire: made before the clock starts.
import { createHmac } from "node:crypto";
import { mergeRequestPayload } from "../support/gitlab-payloads.ts";

/** How a delivery shows where it comes from: GitLab's older hooks send a token, the newer ones sign. */
export type Proof =
  | { readonly kind: "token"; readonly token: string }
  /** `whsec_` and the key in base64. */
  | { readonly kind: "signature"; readonly signingToken: string };

/** Which deliveries. */
export interface DeliveryPlan {
  readonly count: number;
  /** How many merge requests they are about, in turn. */
  readonly subjects: number;
  /** Begins the delivery ids, each of which is used once. */
  readonly name: string;
  /** Without it nobody could take them; for a server that does not look. */
  readonly proof?: Proof;
  readonly host: string;
  readonly path: string;
}

/** The project that the deliveries are about; the staging configuration serves it. */
export const INTAKE_PROJECT = { projectId: 101, path: "packit-service/src/pkg" } as const;

const EVENT = "Merge Request Hook";
/** GitLab's payloads are a few kilobytes: labels, users, the description. */
const DESCRIPTION = "The old greeting was short, and nobody likes to be greeted like that.\n".repeat(60);

/** Makes the requests. */
export function makeDeliveries(plan: DeliveryPlan): readonly Buffer[] {
  const bodies = Array.from({ length: Math.min(plan.subjects, plan.count) }, (_, index) => bodyOf(index + 1));
  return Array.from({ length: plan.count }, (_, index) => {
    const body = bodies[index % bodies.length] ?? "";
    const id = `${plan.name}-${index}`;
    const headers = {
      Host: plan.host,
      "Content-Type": "application/json",
      "Content-Length": String(Buffer.byteLength(body)),
      "User-Agent": "GitLab/19.0.0",
      "X-Gitlab-Event": EVENT,
      "Idempotency-Key": id,
      ...(plan.proof ? proofHeaders(plan.proof, id, body) : {}),
    };
    const lines = Object.entries(headers).map(([name, value]) => `${name}: ${value}\r\n`);
    return Buffer.from(`POST ${plan.path} HTTP/1.1\r\n${lines.join("")}\r\n${body}`);
  });
}

function bodyOf(iid: number): string {
  const payload = mergeRequestPayload({ ...INTAKE_PROJECT, iid });
  return JSON.stringify({
    ...payload,
    object_attributes: { ...payload.object_attributes, description: DESCRIPTION },
  });
}

function proofHeaders(proof: Proof, id: string, body: string): Readonly<Record<string, string>> {
  if (proof.kind === "token") return { "X-Gitlab-Token": proof.token };
  const timestamp = String(Math.floor(Date.now() / 1_000));
  const key = Buffer.from(proof.signingToken.replace(/^whsec_/, ""), "base64");
  const mac = createHmac("sha256", key).update(`${id}.${timestamp}.${body}`).digest("base64");
  return { "webhook-id": id, "webhook-timestamp": timestamp, "webhook-signature": `v1,${mac}` };
}

// Calls the service under its public address, as a forge does, and looks at the certificate that is shown there.
import { request as requestPlain } from "node:http";
import { request as requestTls } from "node:https";
import { type PeerCertificate, TLSSocket } from "node:tls";

/** The certificate of the other side. */
export interface CertificateFacts {
  /** Why nobody trusts it, as a code, e.g. `CERT_HAS_EXPIRED`; undefined for a valid one. */
  readonly problem: string | undefined;
  /** Milliseconds since the epoch; undefined when it does not say. */
  readonly endsAt: number | undefined;
}

/** What was found under the address. */
export type PublicUrlFacts =
  | { readonly kind: "unreachable"; readonly reason: string }
  | {
      readonly kind: "answered";
      readonly status: number;
      /** Where it redirects to; undefined when it does not. */
      readonly location: string | undefined;
      /** Whether the answer is that of Tandem's `/api/healthz`. */
      readonly isTandem: boolean;
      /** Undefined for plain HTTP. */
      readonly certificate: CertificateFacts | undefined;
    };

const MAX_ANSWER = 1024;

/** Asks `/api/healthz` once, without any credentials. Never throws: what goes wrong is the answer. */
export function probePublicUrl(publicUrl: string, signal: AbortSignal): Promise<PublicUrlFacts> {
  const url = new URL(`${publicUrl}/api/healthz`);
  return new Promise((resolve) => {
    const options = { signal, agent: false, headers: { "user-agent": "tandem doctor", accept: "application/json" } };
    const call =
      url.protocol === "https:"
        ? // Nothing secret is sent, and a certificate that nobody trusts is to be told, not hidden behind an error.
          requestTls(url, { ...options, rejectUnauthorized: false })
        : requestPlain(url, options);
    call.once("error", (error: NodeJS.ErrnoException) => {
      // Of several addresses that failed, the error has but a code.
      resolve({ kind: "unreachable", reason: error.message || String(error.code) });
    });
    call.once("response", (response) => {
      const certificate = response.socket instanceof TLSSocket ? readCertificate(response.socket) : undefined;
      let text = "";
      response.setEncoding("utf8");
      response.on("data", (chunk: string) => {
        text += chunk;
        if (text.length > MAX_ANSWER) response.destroy();
      });
      response.once("close", () => {
        resolve({
          kind: "answered",
          status: response.statusCode ?? 0,
          location: response.headers.location,
          isTandem: response.statusCode === 200 && isHealthy(text),
          certificate,
        });
      });
    });
    call.end();
  });
}

function readCertificate(socket: TLSSocket): CertificateFacts {
  const shown: Partial<PeerCertificate> = socket.getPeerCertificate();
  const endsAt = Date.parse(shown.valid_to ?? "");
  return {
    // Node's type says Error, and what it gives is the code.
    problem: socket.authorized ? undefined : String(socket.authorizationError),
    endsAt: Number.isNaN(endsAt) ? undefined : endsAt,
  };
}

function isHealthy(text: string): boolean {
  try {
    const said: unknown = JSON.parse(text);
    return typeof said === "object" && said !== null && "status" in said && said.status === "ok";
  } catch {
    return false;
  }
}

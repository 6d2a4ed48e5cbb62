// Judges the address under which forges reach the service, as it looks from here.
import { failed, ok, type Remark, warning } from "./finding.ts";
import type { CertificateFacts, PublicUrlFacts } from "./probe-public-url.ts";
import { count, day, daysBetween } from "./words.ts";

const ADDRESS = "address";
const CERTIFICATE = "certificate";
const END_SOON_DAYS = 21;
const ENDS_DAYS = 3;
const RENEW = "Renew it now, and see why it was not renewed by itself.";

/** One line when no address is configured. */
export function judgeNoPublicUrl(): Remark {
  const fix = "Set publicUrl to the address under which GitLab reaches the service.";
  return warning(ADDRESS, "publicUrl is not set: nobody can check it, nor install hooks that post there", fix);
}

/** Lines about the address and its certificate. */
export function judgePublicUrl(publicUrl: string, facts: PublicUrlFacts, nowMs: number): readonly Remark[] {
  const plain = isPlainInPublic(publicUrl) ? [plainHttp()] : [];
  if (facts.kind === "unreachable") {
    const found = `${publicUrl} cannot be reached from here: ${facts.reason}`;
    const fix = "It may be reached from elsewhere; look whether the host's name and its port 443 lead to the service.";
    return [warning(ADDRESS, found, fix), ...plain];
  }
  const shown = facts.certificate ? [judgeCertificate(facts.certificate, nowMs)] : [];
  return [judgeAnswer(publicUrl, facts), ...plain, ...shown];
}

function judgeAnswer(
  publicUrl: string,
  { isTandem, status, location }: Extract<PublicUrlFacts, { kind: "answered" }>,
): Remark {
  if (isTandem) return ok(ADDRESS, `${publicUrl} leads to Tandem`);
  const found = `${publicUrl}/api/healthz answers ${status}`;
  if (location !== undefined)
    return failed(ADDRESS, `${found} and leads to ${location}`, "Set publicUrl to where the service answers itself.");
  if (status >= 500)
    return warning(ADDRESS, found, "Start the service, or look at the proxy in front of it, and check again.");
  return failed(ADDRESS, `${found}, and not as Tandem does`, "Let /api/ of that address lead to the service.");
}

function judgeCertificate({ problem, endsAt }: CertificateFacts, nowMs: number): Remark {
  if (endsAt !== undefined && endsAt <= nowMs) return failed(CERTIFICATE, `ended on ${day(endsAt)}`, RENEW);
  if (problem !== undefined) {
    const fix =
      "Use a certificate for this name, with its chain, of an authority that GitLab trusts (for one of your own, set NODE_EXTRA_CA_CERTS here).";
    return failed(CERTIFICATE, `is not trusted: ${problem}`, fix);
  }
  if (endsAt === undefined) return warning(CERTIFICATE, "does not say when it ends");
  const days = daysBetween(nowMs, endsAt);
  const found = `ends on ${day(endsAt)}, in ${count(days, "day")}`;
  if (days < ENDS_DAYS) return failed(CERTIFICATE, found, RENEW);
  return days < END_SOON_DAYS ? warning(CERTIFICATE, found, RENEW) : ok(CERTIFICATE, found);
}

function plainHttp(): Remark {
  const found = "plain HTTP on a public host: hooks' tokens can be read on the way";
  return warning("encryption", found, "Put a web server with a certificate in front, and set publicUrl to https://….");
}

/** Names of one machine, and addresses that lead nowhere from outside (RFC 1918, 4193, 3927, 4291). */
const PRIVATE =
  /^(?:localhost|.*\.localhost|127\.\d+\.\d+\.\d+|10\.\d+\.\d+\.\d+|192\.168\.\d+\.\d+|172\.(?:1[6-9]|2\d|3[01])\.\d+\.\d+|169\.254\.\d+\.\d+|\[::1\]|\[f[cd][0-9a-f]{2}:.*\]|\[fe[89ab][0-9a-f]:.*\])$/;

function isPlainInPublic(publicUrl: string): boolean {
  const { protocol, hostname } = new URL(publicUrl);
  return protocol === "http:" && !PRIVATE.test(hostname);
}

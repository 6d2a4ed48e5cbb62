// Who may see the admin pages: whoever knows ADMIN_TOKEN. A browser that has shown it gets a cookie, which holds a MAC
// made with the token and not the token itself. Changing the token ends all sessions.
import { createHash, createHmac, timingSafeEqual } from "node:crypto";
import type { IncomingHttpHeaders } from "node:http";
import type { Secret } from "../../model/secret.ts";

const COOKIE = "tandem_admin";
const SESSION_SECONDS = 8 * 3600;

/** Whether this text is the token. Takes the same time whatever differs. */
export function isAdminToken(given: string, token: Secret): boolean {
  return timingSafeEqual(digest(given), digest(token.reveal()));
}

/** Whether a request is from an admin: by `Authorization: Bearer`, or by the cookie of a session that has not ended. */
export function isAdmitted({ authorization, cookie }: IncomingHttpHeaders, token: Secret, nowMs: number): boolean {
  const [, bearer] = /^Bearer ([^\s]+)$/i.exec(authorization ?? "") ?? [];
  if (bearer !== undefined) return isAdminToken(bearer, token);
  const [, ends = "", mac = ""] = SESSION.exec(cookie ?? "") ?? [];
  return Number(ends) * 1_000 > nowMs && timingSafeEqual(digest(mac), digest(macOf(ends, token)));
}

/** The header `Set-Cookie` that begins a session. The pages outside /admin show an admin more, so it is sent there, too. */
export function sessionCookie(token: Secret, nowMs: number, isHttps: boolean): string {
  const ends = String(Math.floor(nowMs / 1_000) + SESSION_SECONDS);
  return `${COOKIE}=${ends}.${macOf(ends, token)}; ${flags(SESSION_SECONDS, isHttps)}`;
}

/** The header `Set-Cookie` that ends a session in the browser. */
export function endedCookie(isHttps: boolean): string {
  return `${COOKIE}=; ${flags(0, isHttps)}`;
}

/** Strict: the cookie goes along only with what the pages themselves ask for, so that no other site can act with it. */
function flags(seconds: number, isHttps: boolean): string {
  return `Path=/; Max-Age=${seconds}; HttpOnly; SameSite=Strict${isHttps ? "; Secure" : ""}`;
}

const SESSION = new RegExp(`(?:^|; *)${COOKIE}=(\\d{1,12})\\.([0-9a-f]{64})(?:;|$)`);

function macOf(ends: string, token: Secret): string {
  return createHmac("sha256", token.reveal()).update(`${COOKIE}:${ends}`).digest("hex");
}

/** Of one length, so that they can be compared in constant time. */
function digest(text: string): Buffer {
  return createHash("sha256").update(text).digest();
}

// Who looks at pages and lists of pairs: an admin, or anybody.
import type { IncomingHttpHeaders } from "node:http";
import type { Viewer } from "../model/pair-view.ts";
import type { Secret } from "../model/secret.ts";
import { isAdmitted } from "./admin/admission.ts";

/**
 * Who sends these headers.
 * @param token ADMIN_TOKEN; without one there are no admins
 */
export function viewerOf(headers: IncomingHttpHeaders, token: Secret | undefined, nowMs: number): Viewer {
  return token !== undefined && isAdmitted(headers, token, nowMs) ? "admin" : "public";
}

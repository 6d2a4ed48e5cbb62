// What a browser may do with a page: nothing that the page does not need.
import type { RequestHandler } from "express";

const POLICY = [
  "default-src 'none'",
  "style-src 'self'",
  "script-src 'self'",
  "img-src data:",
  "form-action 'self'",
  "base-uri 'none'",
  "frame-ancestors 'none'",
].join("; ");

/** Sets the policy of our own pages: files of our own, no inline script or style. The picture is the page's icon. */
export const pageHeaders: RequestHandler = (_request, response, next) => {
  response.set("Content-Security-Policy", POLICY);
  next();
};

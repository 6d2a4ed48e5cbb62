// What a forge says in the body of a refusal, made fit for a log line.
import { createRedactor } from "../../model/redact-values.ts";
import type { Secret } from "../../model/secret.ts";
import type { Vendor } from "./vendor.ts";

const LONGEST = 300;

/** The text of an error body, at most 300 characters on one line, without the token. */
export function describeBody(body: string, readMessage: Vendor["readMessage"], token: Secret): string {
  // Before the text is cut: a piece of the token would not be found.
  const line = redact(readText(body, readMessage), token)
    .replace(/<[^>]*>/g, " ")
    .replace(/\s+/g, " ")
    .trim();
  return line.length > LONGEST ? `${line.slice(0, LONGEST - 1)}…` : line || "(no text)";
}

/** Replaces the token wherever it stands, in every form in which a server may repeat it. */
export function redact(text: string, token: Secret): string {
  return createRedactor([token.reveal()])(text);
}

function readText(body: string, readMessage: Vendor["readMessage"]): string {
  try {
    const parsed: unknown = JSON.parse(body);
    return typeof parsed === "object" && parsed !== null ? (readMessage(parsed) ?? body) : body;
  } catch {
    // not JSON: a proxy's page, or plain text such as "Retry later"
    return body;
  }
}

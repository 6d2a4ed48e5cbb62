// What a test delivery shows, in words for whoever looks after the hook. Pure.
import type { HookTest } from "../../forge/hook-admin.ts";

/** `untried`: it shows neither that the hook works nor that it does not. */
export interface Verdict {
  readonly state: "good" | "bad" | "untried";
  /** One sentence. */
  readonly says: string;
  /** What to do about it. */
  readonly fix?: string;
}

/**
 * Explains the result.
 * @param url where the hook posts
 */
export function explainTest(test: HookTest, url: string): Verdict {
  switch (test.result) {
    case "delivered":
      return { state: "good", says: "A test delivery was taken." };
    case "nothing-to-tell":
      return { state: "untried", says: `GitLab has nothing to test it with: ${sentence(test.said)}` };
    case "too-many":
      return {
        state: "untried",
        says: "It was not tested: GitLab allows five tests a minute.",
        fix: "Try again in a minute.",
      };
    case "unsupported":
      return {
        state: "untried",
        says: "It was not tested: this GitLab has no test by API.",
        fix: "Press Test in GitLab.",
      };
    case "refused":
      return { state: "bad", ...explainRefusal(test.said, url) };
  }
}

const INSTALL = "Run tandem webhook install --renew-tokens with the GITLAB_WEBHOOK_SECRET that the service runs with.";

/** What our own API answers (`api/answer.ts`, `api/refusals.ts`), by the word after `status`. */
const OURS: Readonly<Record<string, { readonly says: string; readonly fix: string }>> = {
  unauthenticated: { says: "Tandem does not take the hook's secret token (401)", fix: INSTALL },
  malformed: {
    says: "Tandem cannot read the delivery (400)",
    fix: "Take the custom webhook template from the hook, and look whether a proxy changes the body.",
  },
  unsupported: { says: "The delivery is not JSON (415)", fix: "Look whether a proxy changes its headers." },
  "too-large": { says: "The delivery is too large (413)", fix: "Raise limits.webhookBytes." },
  unavailable: { says: "Tandem cannot take deliveries now (503)", fix: "Look at /api/readyz and the service's log." },
  failed: { says: "Tandem failed (500)", fix: "Look at the service's log." },
  refused: {
    says: "Tandem has no such address (404)",
    fix: "Correct publicUrl, or the proxy that shortens or lengthens the path.",
  },
};

const FAILURES: readonly (readonly [RegExp, string, string])[] = [
  [
    /certificate|SSL_connect/i,
    "GitLab does not trust the certificate",
    "Renew the certificate, and let the server send the whole chain.",
  ],
  [
    /timed? ?out|execution expired|ReadTimeout/i,
    "GitLab got no answer in time",
    "Look whether the service runs and whether GitLab's network reaches it.",
  ],
  [
    /getaddrinfo|name or service|ENOTFOUND/i,
    "GitLab does not find the host",
    "Correct publicUrl, or the name in the DNS that GitLab asks.",
  ],
  [
    /is blocked|not allowed/i,
    "GitLab does not post to that address",
    "An instance admin has to allow it: Admin, Settings, Network, Outbound requests.",
  ],
  [
    /refused|failed to open tcp|unreachable|reset|ECONN/i,
    "GitLab cannot reach the address",
    "Start the service, or let GitLab's network through to it.",
  ],
  [/silent mode/i, "This GitLab sends no webhooks at all", "An instance admin has to end silent mode."],
];

function explainRefusal(said: string, url: string): { readonly says: string; readonly fix: string } {
  const ours = OURS[/^\{"status":"([a-z-]+)"/.exec(said)?.[1] ?? ""];
  if (ours)
    return { says: `${ours.says}: ${sentence(/"reason":"((?:[^"\\]|\\.)*)/.exec(said)?.[1] ?? said)}`, fix: ours.fix };
  const failure = FAILURES.find(([pattern]) => pattern.test(said));
  if (failure) return { says: `${failure[1]} ${url}: ${sentence(said)}`, fix: failure[2] };
  return {
    says: `Something else than Tandem answered at ${url}: ${sentence(said)}`,
    fix: "Correct publicUrl, or the proxy in front of the service.",
  };
}

function sentence(text: string): string {
  return /[.!?]$/.test(text) ? text : `${text}.`;
}

// Pages that say why there is nothing to see, and what to do.
import { html } from "./html.ts";
import type { Frame, PageBody } from "./page.ts";
import { hiddenNote } from "./page.ts";

/** 404: there is no such pair, or it is none of the viewer's business. Both read alike. */
export function unknownPairPage(frame: Frame): PageBody {
  return {
    title: "No such pair",
    place: "pairs",
    content: html`<p>Nobody remembers a pair with this address. Pairs are forgotten some time after their last event; the merge requests themselves are on the forge.</p>
<p><a href="/">To the pairs</a></p>
${hiddenNote(frame, "Pairs of projects that are not public look like this, too.")}`,
  };
}

/** 503: the queue does not answer. */
export function awayPage(): PageBody {
  return {
    title: "The queue cannot be reached",
    content: html`<p>What this page shows is in the queue, which does not answer. Merge requests are safe: when the queue is back, the sweep finds what was missed.</p>
<p>Try again in a minute. If you run this service: see that the queue's server runs and that <code>QUEUE_URL</code> is right; <a href="/api/readyz">/api/readyz</a> tells when it is back.</p>`,
  };
}

/** 500: our bug. */
export function failedPage(): PageBody {
  return {
    title: "This page could not be made",
    content: html`<p>That is a bug in Tandem. The service's log says more.</p>`,
  };
}

// GET /pairs/:id: what is known of a pair, and what happened to it.

import type { JobView, PairView, RequestView } from "../../model/pair-view.ts";
import { plainLine } from "../../model/plain-line.ts";
import { foreign } from "./foreign.ts";
import { type Html, html, type Part } from "./html.ts";
import { type Frame, hiddenNote, type PageBody } from "./page.ts";
import { requestName, webLink } from "./request-link.ts";
import { checksState, pairState, requestState } from "./state-words.ts";
import { timeLine } from "./time-line.ts";
import { age, moment } from "./times.ts";

/** Makes the page of a pair with its jobs, newest first. */
export function pairPage(frame: Frame, pair: PairView, jobs: readonly JobView[]): PageBody {
  const { source, dist } = pair;
  const { now, viewer } = frame;
  const facts: readonly (readonly [string, Part])[] = [
    [
      "State",
      html`${pairState(pair.state)}${viewer === "admin" && pair.summary !== "" && html` <span class="sub">${foreign(pair.summary)}</span>`}`,
    ],
    ["Source", request(source, html`by ${foreign(source.author)}, `)],
    ["Dist-git", dist ? request(dist) : html`<span class="quiet">no merge request yet</span>`],
    ["Checks", checksState(pair.checks)],
    ["Route", foreign(pair.route)],
    ["Opened", html`${moment(source.createdAt)} (${age(source.createdAt, now)})`],
    ["Last event", html`${moment(pair.lastEventAt)} (${age(pair.lastEventAt, now)})`],
  ];
  return {
    title: plainLine(`${pair.package}: ${requestName(source)}`),
    place: "pairs",
    content: html`<p class="lead">${foreign(source.title)}</p>
<dl class="facts">${facts.map(([name, value]) => html`<div><dt>${name}</dt><dd>${value}</dd></div>\n`)}</dl>
<h2>Time line</h2>
${timeLine(jobs, frame)}
${hiddenNote(frame, "Errors, plans and the ids of deliveries are not shown here.")}`,
  };
}

function request(view: RequestView, author?: Html): Html {
  return html`${webLink(view.webUrl, foreign(requestName(view)))} <span class="sub">${author}${requestState(view)}, into ${foreign(view.branch)}</span>`;
}

// The frame of every page: head, navigation, who looks. Landmarks and one h1 are here, so that no page forgets them.
import type { Viewer } from "../../model/pair-view.ts";
import type { Assets } from "./assets.ts";
import { type Html, html } from "./html.ts";

/** What pages have in common when one request is answered. */
export interface Frame {
  readonly assets: Assets;
  readonly viewer: Viewer;
  /** Whether one can log in at all. */
  readonly hasLogin: boolean;
  /** The address that was asked for, to come back to. */
  readonly path: string;
  /** Milliseconds since the epoch. */
  readonly now: number;
}

/** A page without its frame. */
export interface PageBody {
  /** For the window and the h1. */
  readonly title: string;
  /** Which entry of the navigation it is, or belongs to. */
  readonly place?: "pairs" | "health" | "login";
  readonly isEntry?: boolean;
  readonly content: Html;
}

/** Two wheels. It is small enough to travel with the page. */
const ICON =
  "data:image/svg+xml,%3Csvg xmlns='http://www.w3.org/2000/svg' viewBox='0 0 16 16' fill='none' stroke='%230a58a8' stroke-width='2'%3E%3Ccircle cx='4.5' cy='8' r='3.5'/%3E%3Ccircle cx='11.5' cy='8' r='3.5'/%3E%3C/svg%3E";

/** Makes the whole page. */
export function renderPage(frame: Frame, body: PageBody): string {
  const { assets } = frame;
  const page = html`<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<title>${body.title} · Tandem</title>
<link rel="stylesheet" href="${assets.style.href}">
<link rel="icon" href="${ICON}">
<script src="${assets.script.href}" defer></script>
</head>
<body>
<a class="skip" href="#main">Skip to the content</a>
<header class="top">
<p class="brand"><a href="/">Tandem</a></p>
<nav aria-label="Main"><ul class="menu">${entries(frame, body)}</ul></nav>
${session(frame, body)}
</header>
<main id="main" tabindex="-1">
<h1>${body.title}</h1>
${body.content}
</main>
${body.place !== "login" && html`<footer><p>Times are UTC. As of ${new Date(frame.now).toISOString().slice(11, 19)}. <button type="button" class="plain" id="refresh" aria-pressed="false" hidden>Refresh every minute</button></p></footer>`}
</body>
</html>
`;
  return page.toString();
}

function entries({ viewer }: Frame, { place, isEntry = false }: PageBody): Html {
  const entry = (name: PageBody["place"], href: string, text: string) => {
    const current = name === place ? html` aria-current="${isEntry ? "page" : "true"}"` : undefined;
    return html`<li><a href="${href}"${current}>${text}</a></li>`;
  };
  return html`${entry("pairs", "/", "Pairs")}${entry("health", "/health", "Health")}${
    viewer === "admin" && html`<li><a href="/admin/queues">Jobs</a></li>`
  }`;
}

function session({ viewer, hasLogin, path }: Frame, { place }: PageBody): Html | undefined {
  if (viewer === "admin")
    return html`<form class="session" method="post" action="/admin/logout"><span>admin</span> <button class="plain">Log out</button></form>`;
  if (!hasLogin || place === "login") return undefined;
  return html`<p class="session"><a href="${loginPath(path)}">Log in</a></p>`;
}

/** Where one logs in, to come back to a path of ours. */
export function loginPath(path: string): string {
  return `/admin/login?to=${encodeURIComponent(path)}`;
}

/** One line about what strangers are not shown; nothing for admins. */
export function hiddenNote({ viewer, hasLogin, path }: Frame, what: string): Html | undefined {
  if (viewer === "admin") return undefined;
  return hasLogin
    ? html`<p class="note">${what} Admins see them after they <a href="${loginPath(path)}">log in</a>.</p>`
    : html`<p class="note">${what} They are for admins, and this instance has no <code>ADMIN_TOKEN</code>.</p>`;
}

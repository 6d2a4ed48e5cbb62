// The form by which an admin's browser shows ADMIN_TOKEN.
import { html } from "../dashboard/html.ts";
import type { PageBody } from "../dashboard/page.ts";

/**
 * Makes the page.
 * @param to where to go afterwards, a path of ours
 * @param problem what was wrong with the last try; nothing of what was typed
 */
export function loginPage(to: string, problem?: string): PageBody {
  return {
    title: "Log in",
    place: "login",
    content: html`<p class="lead">Admins see pairs of projects that are not public, errors and plans, and may try failed jobs again. The token is the service's <code>ADMIN_TOKEN</code>; a session lasts eight hours.</p>
${problem !== undefined && html`<p class="problem" role="alert" id="problem">${problem}</p>`}
<form class="login" method="post" action="/admin/login">
<input type="text" name="username" value="admin" autocomplete="username" hidden>
<label for="token">Admin token</label>
<input id="token" type="password" name="token" autocomplete="current-password" required autofocus${problem !== undefined && html` aria-invalid="true" aria-describedby="problem"`}>
<input type="hidden" name="to" value="${to}">
<p><button>Log in</button></p>
</form>`,
  };
}

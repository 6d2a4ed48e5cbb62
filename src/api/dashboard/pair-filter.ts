// The form that narrows the list of pairs. It is a plain GET: an address says it all and can be sent to others.
import { PAIR_STATES } from "../../model/pair-view.ts";
import { type Html, html } from "./html.ts";
import { isNarrowed, type PairQuery, pairListPath } from "./pair-query.ts";
import { PAIR_STATE_NAMES } from "./state-words.ts";

/**
 * Makes the form.
 * @param routes names of the routes that are served
 */
export function pairFilter(query: PairQuery, routes: readonly string[]): Html {
  const routeOptions = routes.map((route) => [route, route] as const);
  const stateOptions = PAIR_STATES.map((state) => [state, PAIR_STATE_NAMES[state]] as const);
  const all = pairListPath({ ...query, package: "", route: undefined, state: undefined, page: 1 });
  return html`<form class="filter" method="get" action="/" role="search" aria-label="Pairs">
<label for="package">Package</label>
<input id="package" type="search" name="package" value="${query.package}" maxlength="100" autocomplete="off" spellcheck="false">
${select("state", "State", stateOptions, query.state)}
${routes.length > 1 && select("route", "Route", routeOptions, query.route)}
${query.life !== "open" && html`<input type="hidden" name="life" value="${query.life}">`}
<button>Filter</button>
${isNarrowed(query) && html`<a href="${all}">Clear</a>`}
</form>`;
}

function select(
  name: string,
  label: string,
  options: readonly (readonly [value: string, text: string])[],
  chosen: string | undefined,
): Html {
  return html`<label for="${name}">${label}</label>
<select id="${name}" name="${name}"><option value="">any</option>${options.map(
    ([value, text]) => html`<option value="${value}"${value === chosen && html` selected`}>${text}</option>`,
  )}</select>`;
}

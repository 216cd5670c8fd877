// Sites of the map as a list, the worst first: what is seen there is read here.

import { addressOf, LEVELS, said } from "./mapsites.js";
import { put, slot } from "./rows.js";

const MOST = 100;
const template = document.getElementById("map-row");

/** Show the first of `sites` in `list`, and in `more` how many others there are. */
export function showSites(list, more, sites, severities) {
  const focused = list.contains(document.activeElement) ? document.activeElement.closest("li").dataset.site : null;
  list.replaceChildren(...sites.slice(0, MOST).map((site) => rowOf(site, severities)));
  list.querySelector(`[data-site="${CSS.escape(focused ?? "")}"] :is(button, a)`)?.focus({ preventScroll: true });
  more.hidden = sites.length <= MOST;
  more.textContent = `and ${(sites.length - MOST).toLocaleString("en-GB")} more`;
}

/** A site with a position has a button that shows it on the map. */
function rowOf(site, severities) {
  const row = template.content.firstElementChild.cloneNode(true);
  const { id, name, open } = site;
  row.dataset.site = id;
  row.dataset.severity = open.worst;
  put(row, "letter", LEVELS.get(open.worst)?.letter ?? "");
  put(row, "go", "x" in site ? name : "");
  put(row, "open", open.count ? `${open.count} open` : "");
  slot(row, "open").href = addressOf(site, severities);
  slot(row, "open").setAttribute("aria-label", `${name}: ${said(open)}`);
  put(row, "page", "x" in site ? "Page" : name);
  slot(row, "page").href = `/sites/${id}`;
  slot(row, "page").setAttribute("aria-label", `${name}, page of the site`);
  return row;
}

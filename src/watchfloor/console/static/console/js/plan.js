// A floor plan: marks where the devices are, drawn anew as alerts come and go.

import * as keys from "./keys.js";
import { live } from "./page.js";
import { redrawSoon } from "./parts.js";

const MINUTE = 60_000;
const ABOUT = new Set(["alert", "incident", "test"]);
const plan = document.getElementById("plan");
const sites = new Set(plan.dataset.sites.split(" "));

/** Where a mark is stands in numbers: the page allows no style in what the floor writes. */
function arrange() {
  for (const mark of plan.querySelectorAll(".marks > li")) {
    mark.style.left = `${mark.dataset.x * 100}%`;
    mark.style.top = `${mark.dataset.y * 100}%`;
  }
}

arrange();
plan.querySelector('.mark[aria-current="true"]')?.focus();
document.addEventListener("redrawn", arrange);
keys.on("i", () => {
  const address = document.activeElement?.closest("[data-incident]")?.dataset.incident;
  if (!address) return false;
  location.assign(address);
  return true;
});

/** Whether a change may be about a device of the plan: one at its sites, or at a place unknown. */
function concerns({ kind, site_id, row }) {
  return ABOUT.has(kind) && (row?.site_ids ?? [site_id]).some((id) => !id || sites.has(id));
}

live.addEventListener("changes", ({ detail }) => {
  if (detail.changes.some(concerns)) redrawSoon();
});
live.addEventListener("reset", redrawSoon);
setInterval(redrawSoon, MINUTE);  // windows of work open and close without a word

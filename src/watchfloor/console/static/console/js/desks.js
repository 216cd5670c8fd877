// Who is at a desk and what waits, drawn anew as it changes; the own break; how incidents are offered.

import { post, put } from "./actions.js";
import { tried } from "./asking.js";
import { claims } from "./claims.js";
import { offers } from "./offers.js";
import { live } from "./page.js";
import { redrawSoon, redrawWithin } from "./parts.js";
import { toast } from "./toast.js";

const IN_A_FLOOD = 2000;

document.getElementById("main").addEventListener("click", async ({ target }) => {
  const button = target.closest("[data-break]");
  if (!button) return;
  button.disabled = true;
  try {
    await post(`/api/v1/desks/break${button.dataset.break}`);
  } catch (refusal) {
    toast(refusal.message, { bad: true });
  }
  button.disabled = false;
  button.blur();  // the page leaves alone what has the focus
  redrawSoon();
});

/** A line is "type: skill"; the type may have colons in it. */
function needOf(line) {
  const at = line.lastIndexOf(":");
  return { alert_type: line.slice(0, at).trim(), skill: line.slice(at + 1).trim() };
}

document.getElementById("offering")?.addEventListener("submit", (event) => {
  event.preventDefault();
  const { is_on, needs } = event.target.elements;
  const lines = needs.value.split("\n").filter((line) => line.trim());
  tried(event.target.querySelector("button"), () => put("/api/v1/offering", { is_on: is_on.checked, needs: lines.map(needOf) }));
});

for (const source of [claims, offers]) source.addEventListener("change", redrawSoon);
live.addEventListener("changes", ({ detail }) => {
  const kinds = new Set(detail.changes.map(({ kind }) => kind));
  if (kinds.has("desk")) redrawSoon();
  else if (kinds.has("incident")) redrawWithin(IN_A_FLOOD);
});
live.addEventListener("reset", redrawSoon);

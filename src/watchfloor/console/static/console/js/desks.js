// Who is at a desk and what waits, drawn anew as it changes; the own break.

import { post } from "./actions.js";
import { claims } from "./claims.js";
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
claims.addEventListener("change", redrawSoon);
live.addEventListener("changes", ({ detail }) => {
  const kinds = new Set(detail.changes.map(({ kind }) => kind));
  if (kinds.has("desk")) redrawSoon();
  else if (kinds.has("incident")) redrawWithin(IN_A_FLOOD);
});
live.addEventListener("reset", redrawSoon);

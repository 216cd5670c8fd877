// Is the trail still what was written? The floor recomputes the chain and names the first flaw.

import { post } from "./actions.js";
import { toast } from "./toast.js";

const card = document.getElementById("verified");

function told({ is_intact, sealed, unsealed, anchored, flaw }) {
  if (!is_intact) return `The chain is broken at row ${flaw.sequence}: ${flaw.why}.`;
  const waiting = unsealed ? `; ${unsealed} of the last moment ${unsealed === 1 ? "waits" : "wait"} for a seal` : "";
  const anchor = anchored === null ? "No head is anchored outside the database yet." : `Its head is anchored outside the database up to row ${anchored}.`;
  return `The chain is whole: ${sealed} ${sealed === 1 ? "row fits" : "rows fit"}${waiting}. ${anchor}`;
}

document.querySelector("[data-verify]").addEventListener("click", async ({ target }) => {
  target.disabled = true;
  try {
    const report = await post("/api/v1/audit/verify");
    card.hidden = false;
    card.dataset.intact = report.is_intact;
    card.firstElementChild.textContent = told(report);
    card.focus();
  } catch (refusal) {
    toast(refusal.message, { bad: true });
  }
  target.disabled = false;
});

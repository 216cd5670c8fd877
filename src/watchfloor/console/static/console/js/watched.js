// A watched day: having it rehearsed.

import { post } from "./actions.js";
import { data } from "./page.js";
import { toast } from "./toast.js";

document.getElementById("main").addEventListener("click", async ({ target }) => {
  const button = target.closest("[data-rehearse]");
  if (!button) return;
  button.disabled = true;
  try {
    const made = await post("/api/v1/rehearsals", {
      starts_at: button.dataset.from,
      ends_at: button.dataset.to,
      operators: Number(button.dataset.operators),
      document: data("enabled-document"),
    });
    location.assign(`/rehearsal/${made.id}`);
  } catch (refusal) {
    button.disabled = false;
    toast(refusal.message, { bad: true });
  }
});

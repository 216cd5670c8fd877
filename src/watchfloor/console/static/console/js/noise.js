// What is kept quiet: one button lets people hear of it.

import { act } from "./actions.js";
import { toast } from "./toast.js";

document.querySelector("main").addEventListener("click", async ({ target }) => {
  const button = target.closest("[data-release]");
  if (!button || button.disabled) return;
  button.disabled = true;
  const row = button.closest("[data-id]");
  try {
    await act("alerts", row.dataset.id, "release");
    row.remove();
    toast("Released");
  } catch (refusal) {
    button.disabled = false;
    toast(refusal.message, { bad: true });
  }
});

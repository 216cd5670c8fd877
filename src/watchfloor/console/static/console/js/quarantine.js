// Another try for reports that could not be worked.

import { post } from "./actions.js";
import { toast } from "./toast.js";

document.getElementById("main").addEventListener("click", async ({ target }) => {
  const button = target.closest("[data-replay]");
  if (!button) return;
  const row = button.closest("[data-id]");
  button.disabled = true;
  try {
    await post(`/api/v1/quarantine/${row.dataset.id}/replay`);
    row.remove();
    toast("It is tried again. If it fails, it comes back here.");
  } catch (refusal) {
    button.disabled = false;
    toast(refusal.message, { bad: true });
  }
});

// A new floor plan: its picture is sent as it is, and its page opens.

import { upload } from "./actions.js";

const form = document.getElementById("adding");
const field = (name) => document.getElementById(`plan-${name}`);

form?.addEventListener("submit", async (event) => {
  event.preventDefault();
  const button = form.querySelector("button");
  const told = new URLSearchParams({ name: field("name").value.trim(), level: field("level").value });
  button.disabled = true;
  try {
    const address = `/api/v1/sites/${encodeURIComponent(field("site").value)}/plans?${told}`;
    const made = await upload(address, field("picture").files[0]);
    location.assign(`/plans/${made.id}`);
  } catch (refusal) {
    form.querySelector("[data-refused]").textContent = refusal.message;
    button.disabled = false;
  }
});

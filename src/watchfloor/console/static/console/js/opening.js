// The form that opens an incident by hand.

import { post } from "./actions.js";

const form = document.getElementById("opening");
const refused = document.getElementById("refused");

form.addEventListener("submit", async (event) => {
  event.preventDefault();
  const button = form.querySelector(".button.first");
  const given = new FormData(form);
  button.disabled = true;
  try {
    const incident = await post("/api/v1/incidents", {
      title: given.get("title").trim(),
      severity: Number(given.get("severity")),
      site_id: given.get("site_id") || null,
      description: given.get("description").trim(),
      is_life_safety: given.has("is_life_safety"),
    });
    location.assign(`/incidents/${incident.id}`);
  } catch (refusal) {
    refused.textContent = refusal.message;
    refused.hidden = false;
    button.disabled = false;
  }
});

// Watch mode: begin it for a place, end it, and say how desks and days are counted.

import { post, put } from "./actions.js";
import { confirmed, tried } from "./asking.js";
import { fetchOnce } from "./fragment.js";

document.getElementById("watch")?.addEventListener("submit", async (event) => {
  event.preventDefault();
  const form = event.target;
  const given = new FormData(form);
  const [kind, id] = given.get("place").split(":");
  const chosen = id ? form.elements.place.selectedOptions[0].textContent : "everything";
  if (!await confirmed("begin-dialog", chosen)) return;
  const body = { note: given.get("note") };
  if (id) body[kind] = id;
  if (given.get("operators")) body.operators = Number(given.get("operators"));
  tried(form.querySelector(".button.first"), () => post("/api/v1/watching", body));
});

document.getElementById("settings")?.addEventListener("submit", (event) => {
  event.preventDefault();
  const given = new FormData(event.target);
  const body = { desks: Number(given.get("desks")) || null, time_zone: given.get("time_zone").trim() || null };
  tried(event.target.querySelector(".button"), () => put("/api/v1/settings", body));
});

document.getElementById("main").addEventListener("click", async ({ target }) => {
  const button = target.closest("[data-end]");
  if (!button || !await confirmed("end-dialog", button.dataset.about)) return;
  const tell_open = document.getElementById("tell-open").checked;
  tried(button, () => post(`/api/v1/watching/${button.dataset.end}/end`, { tell_open }));
});

const compared = document.getElementById("compared");
if (compared) void fetchOnce(compared);

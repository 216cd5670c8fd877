// The cards of the senders, anew while reports come; when one is silent; and what to paste.

import { put } from "./actions.js";
import { tried } from "./asking.js";
import "./copying.js";
import { live } from "./page.js";
import { redrawWithin } from "./parts.js";

const pace = 1000 * Number(document.getElementById("sources").dataset.pace);
const form = document.getElementById("limit");
const dialog = form.closest("dialog");
const { limit_by: limitBy, minutes } = form.elements;
let number = "";

function showMinutes() {
  minutes.disabled = limitBy.value !== "fixed";
  minutes.closest(".field").hidden = minutes.disabled;
}

document.getElementById("main").addEventListener("click", ({ target }) => {
  const button = target.closest("[data-limit]");
  if (!button) return;
  form.reset();
  number = button.dataset.limit;
  dialog.querySelector("[data-about]").textContent = button.dataset.about;
  dialog.querySelector("[data-refused]").textContent = "";
  limitBy.value = button.dataset.limitBy;
  if (button.dataset.minutes) minutes.value = button.dataset.minutes;
  showMinutes();
  dialog.showModal();
});
form.addEventListener("change", showMinutes);
form.querySelector("[data-cancel]").addEventListener("click", () => dialog.close());
form.addEventListener("submit", (event) => {
  event.preventDefault();
  const body = { limit_by: limitBy.value, minutes: limitBy.value === "fixed" ? Number(minutes.value) : null };
  tried(form.querySelector(".button.first"), () => put(`/api/v1/integrations/${number}/rhythm`, body));
});

live.addEventListener("changes", ({ detail }) => {
  if (detail.changes.some(({ kind }) => kind === "alert")) redrawWithin(pace);
});
addEventListener("focus", () => redrawWithin(0));

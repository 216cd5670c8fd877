// A profile: how much of it is told, and the last change of that undone.

import { post, put } from "./actions.js";
import { tried } from "./asking.js";

const form = document.getElementById("sensitivity");
const path = `/api/v1/baselines/${encodeURIComponent(form.dataset.profile)}`;

form.addEventListener("submit", (event) => {
  event.preventDefault();
  tried(form.querySelector("button"), () => put(`${path}/sensitivity`, { sensitivity: form.elements.sensitivity.value }));
});

document.getElementById("changes")?.addEventListener("click", ({ target }) => {
  const button = target.closest("[data-undo]");
  if (button) tried(button, () => post(`${path}/changes/${encodeURIComponent(button.dataset.undo)}/roll-back`));
});

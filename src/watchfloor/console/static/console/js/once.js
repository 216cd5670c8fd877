// A secret that is shown this once: a sign-in link, a key, what signs a webhook.

import { written } from "./copying.js";

const dialog = document.getElementById("once-dialog");
const field = document.getElementById("once-secret");

/** Show `secret`; resolve when the reader says that they have it. */
export function shownOnce(secret, { title, help }) {
  dialog.querySelector("h2").textContent = title;
  dialog.querySelector("[data-help-text]").textContent = help;
  field.value = secret;
  dialog.querySelector("[data-copy-secret]").textContent = "Copy";
  dialog.showModal();
  field.select();
  return new Promise((resolve) => {
    dialog.addEventListener("close", () => resolve((field.value = "")), { once: true });
  });
}

dialog.querySelector("[data-copy-secret]").addEventListener("click", async ({ target }) => {
  target.textContent = await written(field.value, field) ? "Copied" : "Press Ctrl C";
  field.select();
});
// Escape would lose it by a slip of the finger.
dialog.addEventListener("cancel", (event) => event.preventDefault());

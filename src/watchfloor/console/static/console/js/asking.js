// Pages of forms and lists: ask before an act that others feel, do it, show the page as it is then.

import { toast } from "./toast.js";

/** Show dialog `id` about somebody or something; resolve with whether "yes" closed it. */
export function confirmed(id, about) {
  const dialog = document.getElementById(id);
  dialog.querySelector("[data-about]").textContent = about;
  dialog.returnValue = "";
  dialog.showModal();
  return new Promise((resolve) => {
    dialog.addEventListener("close", () => resolve(dialog.returnValue === "yes"), { once: true });
  });
}

const anew = () => location.reload();

/**
 * Do `work`, then load the page anew, or hand what it led to to `then`. A refusal is told, in the
 * dialog that `button` is in, and it can be pressed again.
 */
export async function tried(button, work, then = anew) {
  button.disabled = true;
  try {
    then(await work());
  } catch (refusal) {
    button.disabled = false;
    const told = button.closest("dialog")?.querySelector("[data-refused]");
    if (told) told.textContent = refusal.message;
    else toast(refusal.message, { bad: true });
  }
}

/** Return what `select` of places has chosen, as the API takes it: {} for everything. */
export function placeOf(select) {
  const [kind, id] = select.value.split(":");
  return id ? { [kind]: id } : {};
}

/** Return the parts of a text with commas between. */
export function listOf(text) {
  return text.split(",").map((part) => part.trim()).filter(Boolean);
}

/**
 * Let `opener` show the dialog around form `id`, and sending the form do `work` with it. With `then`,
 * the dialog closes and the page stays.
 */
export function opening(id, opener, work, then) {
  const form = document.getElementById(id);
  if (!form) return;
  const dialog = form.closest("dialog");
  const send = form.querySelector(".button.first");
  const stay = then && ((made) => {
    dialog.close();
    then(made);
  });
  document.querySelector(opener).addEventListener("click", () => {
    form.reset();
    send.disabled = false;
    form.querySelector("[data-refused]").textContent = "";
    dialog.showModal();
  });
  form.querySelector("[data-cancel]").addEventListener("click", () => dialog.close());
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    tried(send, () => work(form), stay);
  });
}

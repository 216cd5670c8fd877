// Copy a number from a call list, a snippet, a secret. Without TLS browsers keep the clipboard shut to
// scripts, but for what is selected.

import { toast } from "./toast.js";

/** Copy what the button carries, and say so; by its name, where it is too long to be said. */
export async function copy(button) {
  const text = button.dataset.copy;
  if (await written(text)) toast(`Copied: ${button.dataset.named ?? text}`);
  else toast("The browser does not let this page copy.", { bad: true });
}

/** Put `text` into the clipboard; return whether it is there. `field`: holds it already. */
export function written(text, field) {
  if (navigator.clipboard) return navigator.clipboard.writeText(text).then(() => true, () => false);
  return field ? selected(field) : copySelected(text);
}

function copySelected(text) {
  const field = document.createElement("textarea");
  const focused = document.activeElement;
  field.value = text;
  field.className = "unseen";
  document.body.append(field);
  const done = selected(field);
  field.remove();
  focused?.focus();
  return done;
}

function selected(field) {
  field.select();
  return document.execCommand("copy");
}

document.getElementById("main").addEventListener("click", ({ target }) => {
  const button = target.closest("[data-copy]");
  if (button) copy(button);
});

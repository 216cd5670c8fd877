// Copy a number from a call list. Without TLS browsers keep the clipboard shut to scripts, but for
// what is selected.

import { toast } from "./toast.js";

/** Copy what the button carries, and say so. */
export async function copy(button) {
  const number = button.dataset.copy;
  const done = navigator.clipboard
    ? await navigator.clipboard.writeText(number).then(() => true, () => false)
    : copySelected(number);
  if (done) toast(`Copied: ${number}`);
  else toast("The browser does not let this page copy.", { bad: true });
}

function copySelected(text) {
  const field = document.createElement("textarea");
  const focused = document.activeElement;
  field.value = text;
  field.className = "unseen";
  document.body.append(field);
  field.select();
  const done = document.execCommand("copy");
  field.remove();
  focused?.focus();
  return done;
}

document.getElementById("main").addEventListener("click", ({ target }) => {
  const button = target.closest("[data-copy]");
  if (button) copy(button);
});

// The time range of a list: `r` opens it, a digit chooses, two fields say from when to when.

import * as keys from "./keys.js";
import { atZone, inZone } from "./times.js";

const button = document.querySelector("[data-range]");
const dialog = document.getElementById("range-dialog");

/** Returns false where the page has no time range. */
export function openRange() {
  if (!button) return false;
  const { since, until } = button.dataset;
  field("since").value = since ? inZone(new Date(since)) : "";
  field("until").value = since || until ? inZone(until ? new Date(until) : new Date()) : "";
  refuse("");
  dialog.returnValue = "";
  dialog.showModal();
  return true;
}

const field = (name) => dialog.querySelector(`#range-${name}`);

function refuse(why) {
  const error = dialog.querySelector(".error");
  error.textContent = why;
  error.hidden = !why;
}

/** Empty ends are open; a range that ends before it begins is not sent. */
function isWrong() {
  const [since, until] = [field("since").value, field("until").value];
  if (!since && !until) refuse("Say from when, or to when.");
  else if (since && until && since >= until) refuse("To: choose a time after the first one.");
  else return false;
  return true;
}

function choose(choice) {
  const form = button.closest("form");
  const ends = choice === "ends" ? { since: field("since").value, until: field("until").value } : {};
  form.elements.range.value = ["ends", "any"].includes(choice) ? "" : choice;
  for (const name of ["since", "until"]) form.elements[name].value = ends[name] ? atZone(ends[name]) : "";
  form.requestSubmit();
}

if (button) {
  keys.on("r", openRange);
  button.addEventListener("click", openRange);
  // What is not asked for does not stand in the address.
  button.closest("form").addEventListener("formdata", ({ formData }) => {
    for (const [name, value] of [...formData]) if (!value) formData.delete(name);
  });
  dialog.querySelector("form").addEventListener("submit", (event) => {
    if (event.submitter.value === "ends" && isWrong()) event.preventDefault();
  });
  dialog.addEventListener("keydown", (event) => {
    if (event.target.matches("input") || event.ctrlKey || event.metaKey || event.altKey) return;
    const pressed = [...dialog.querySelectorAll("[data-key]")].find((one) => one.dataset.key === event.key);
    pressed?.click();
  });
  dialog.addEventListener("close", () => dialog.returnValue && choose(dialog.returnValue));
}

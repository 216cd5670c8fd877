// What guards say on the phone. It is told as an event; the people of the shift are drawn anew once
// it was worked.

import { post } from "./actions.js";
import { tried } from "./asking.js";
import { redrawSoon } from "./parts.js";
import { atZone } from "./times.js";
import { toast } from "./toast.js";

const form = document.getElementById("phoned");
const { person, at, reason } = form.elements;

function said(act) {
  const who = { person: person.value.trim() };
  if (act === "leave") return { ...who, reason: reason.value.trim() };
  return { ...who, at: at.value ? atZone(at.value) : null };
}

form.addEventListener("submit", (event) => {
  event.preventDefault();
  const button = event.submitter;
  const path = `/api/v1/presence/${encodeURIComponent(form.dataset.shift)}/${button.value}`;
  tried(button, () => post(path, said(button.value)), () => {
    toast(`Told: ${button.textContent}, ${person.value.trim()}`);
    form.reset();
    button.disabled = false;
    redrawSoon();
  });
});

// What sounds at the desks: tried, and set.

import { put } from "./actions.js";
import { alarm } from "./sound.js";
import { toast } from "./toast.js";

const form = document.getElementById("sounds");

function chosen(line) {
  const [every, tone] = line.querySelectorAll("select");
  return every.value ? { tone: tone.value, every: Number(every.value) } : null;
}

form.addEventListener("click", ({ target }) => {
  const line = target.closest("[data-hear]")?.closest("[data-kind]");
  if (line) alarm.hear(line.querySelector('[name="tone"]').value);
});
form.addEventListener("submit", async (event) => {
  event.preventDefault();
  const lines = [...form.querySelectorAll("[data-kind]")];
  try {
    await put("/api/v1/sounds", Object.fromEntries(lines.map((line) => [line.dataset.kind, chosen(line)])));
    toast("The sounds are set");
  } catch (refusal) {
    toast(refusal.message, { bad: true });
  }
});

// The standing order of an incident: steps done, skipped for a reason, taken back; and those of
// other desks appear as they are done.

import { act } from "./actions.js";
import { follow } from "./fragment.js";
import { toast } from "./toast.js";

const box = document.getElementById("order");
const incident = document.getElementById("subject").dataset.id;
const dialog = document.getElementById("skip-dialog");
const reason = document.getElementById("skip-reason");
const load = follow(box, incident, { key: "step", controls: "input, button" });

async function mark(line, name, said = {}) {
  const version_id = box.querySelector("[data-order]").dataset.order;
  try {
    await act("incidents", incident, `order/${name}`, { step: Number(line.dataset.step), version_id, ...said });
  } catch (refusal) {
    toast(refusal.message, { bad: true });
    load({ anew: true });  // for the box that the refusal left ticked
    return;
  }
  load();
}

function skip(line) {
  dialog.querySelector("[data-about]").textContent = line.dataset.text;
  dialog.returnValue = reason.value = "";
  dialog.onclose = () => dialog.returnValue && mark(line, "skip", { reason: reason.value.trim() });
  dialog.showModal();
}

box.addEventListener("change", ({ target }) => {
  if ("tick" in target.dataset) mark(target.closest("[data-step]"), target.checked ? "do" : "take-back");
});
box.addEventListener("click", ({ target }) => {
  const button = target.closest("button");
  const line = target.closest("[data-step]");
  if (button && "skip" in button.dataset) skip(line);
  if (button && "takeBack" in button.dataset) mark(line, "take-back");
});

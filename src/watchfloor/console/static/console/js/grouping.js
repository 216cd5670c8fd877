// Correcting grouping on the page of an incident: merge, split, move out, each with its undo.

import { act, post } from "./actions.js";
import { offer } from "./choosing.js";
import * as keys from "./keys.js";
import { toast } from "./toast.js";
import { offerUndo } from "./undoing.js";

const subject = document.getElementById("subject").dataset;
const chosen = new Set();

async function correct(kind, id, name, body, said) {
  letGo();
  try {
    const { id: correction } = await act(kind, id, name, body);
    offerUndo(said, () => takeBack(correction));
    chosen.clear();
  } catch (refusal) {
    toast(refusal.message, { bad: true });
  }
}

function takeBack(correction) {
  letGo();
  return post(`/api/v1/corrections/${encodeURIComponent(correction)}/undo`);
}

/** Taken back by its own button, as long as the correction stands. */
async function undo(correction) {
  try {
    await takeBack(correction);
    toast("Taken back");
  } catch (refusal) {
    toast(refusal.message, { bad: true });
  }
}

/** Parts under the focus are not drawn anew: leave the button for the page. */
function letGo() {
  document.getElementById("main").focus({ preventScroll: true });
}

function merge() {
  const dialog = document.getElementById("merge-dialog");
  if (!dialog || !document.querySelector('[data-grouping="merge"]')) return false;
  dialog.querySelector("form").reset();
  dialog.returnValue = "";
  offer(dialog, subject.id);
  dialog.showModal();
  dialog.addEventListener("close", () => {
    const note = document.getElementById("merge-note").value.trim();
    const into = dialog.returnValue;
    if (into) correct("incidents", subject.id, "merge", { into, note }, "Merged");
  }, { once: true });
  return true;
}

function moveOut(member) {
  if (!member?.querySelector('[data-grouping="move-out"]')) return false;
  correct("alerts", member.dataset.alert, "move-out", {}, "Moved out into an incident of its own");
  return true;
}

function split() {
  const alerts = [...chosen];
  if (alerts.length) correct("incidents", subject.id, "split", { alerts }, `${alerts.length} split off`);
}

function why(member) {
  const more = [...(member ?? document).querySelectorAll(".why-more")];
  const open = more.some((one) => !one.open);
  for (const one of more) one.open = open;
  return more.length > 0;
}

/** Show what is chosen, also after the members were drawn anew. */
function show() {
  const boxes = [...document.querySelectorAll("[data-choose]")];
  const here = new Set(boxes.map((box) => box.value));
  for (const id of chosen) if (!here.has(id)) chosen.delete(id);
  for (const box of boxes) box.checked = chosen.has(box.value);
  const button = document.querySelector('[data-grouping="split"]');
  if (button) button.disabled = chosen.size === 0 || chosen.size === boxes.length;
}

const main = document.getElementById("main");
main.addEventListener("change", ({ target }) => {
  if (!target.matches("[data-choose]")) return;
  if (target.checked) chosen.add(target.value);
  else chosen.delete(target.value);
  show();
});
main.addEventListener("click", ({ target }) => {
  const button = target.closest("[data-grouping], [data-undo]");
  if (!button) return;
  if (button.dataset.undo) undo(button.dataset.undo);
  else if (button.dataset.grouping === "merge") merge();
  else if (button.dataset.grouping === "split") split();
  else moveOut(button.closest(".member"));
});
const members = document.querySelector('[data-part="members"]');
if (members) new MutationObserver(show).observe(members, { childList: true });

const focused = () => document.activeElement?.closest(".member");
keys.on("m", merge);
keys.on("x", () => moveOut(focused()));
keys.on("w", () => why(focused()));
show();

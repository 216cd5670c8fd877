// Rows chosen for one act on all of them: by x, by Shift with arrows or a click, by their boxes.

import * as keys from "./keys.js";

const chosen = new Set();
let list = null;
let anchor = "";

/** Tells "change" when more or fewer rows are chosen. */
export const choice = new EventTarget();

export function chosenRows() {
  return [...chosen].map((id) => list.row(id)).filter(Boolean);
}

/** Show in a row's element whether it is chosen; `name` is what to call the row. */
export function paint(element, row, name) {
  const box = element.querySelector("[data-choose]");
  if (!box) return;
  if (name) box.ariaLabel = `Choose ${name}`;
  box.checked = chosen.has(row.id);
  element.toggleAttribute("data-chosen", box.checked);
}

/** Begin on `aList`, where the page lets its reader choose. */
export function startChoosing(aList) {
  const button = document.getElementById("choose");
  if (!button) return;
  list = aList;
  button.addEventListener("click", () => show(!isShown()) || clear());
  list.list.addEventListener("click", chooseByPointer);
  list.addEventListener("drawn", forgetGone);
  keys.on("x", () => toggle(focused()));
  keys.on("J", () => reach(1));
  keys.on("K", () => reach(-1));
}

/** Choose the first `most` of the list. */
export function chooseAll(most) {
  list.ids.slice(0, most).forEach((id) => chosen.add(id));
  changed();
}

/** Choose none any more, and return whether there was any. */
export function clear() {
  const any = chosen.size > 0;
  chosen.clear();
  anchor = "";
  if (list) changed();
  return any;
}

function focused() {
  return document.activeElement?.closest("#rows > .row")?.dataset.id;
}

function toggle(id) {
  if (!id) return false;
  anchor = id;
  if (!chosen.delete(id)) chosen.add(id);
  changed();
  return true;
}

/** Take the row at hand and the next one in, and go there. */
function reach(steps) {
  const from = focused();
  list.move(steps);
  const to = focused();
  if (!to) return;
  if (!anchor || !chosen.has(anchor)) anchor = from ?? to;
  chooseTo(to);
}

function chooseTo(id) {
  const ids = list.ids;
  const [first, last] = [ids.indexOf(anchor), ids.indexOf(id)].sort((a, b) => a - b);
  ids.slice(Math.max(first, 0), last + 1).forEach((one) => chosen.add(one));
  changed();
}

function chooseByPointer(event) {
  const id = event.target.closest(".row")?.dataset.id;
  const isBox = event.target.matches("[data-choose]");
  if (!id || !(isBox || event.shiftKey)) return;
  if (!isBox) event.preventDefault();
  if (event.shiftKey && anchor) chooseTo(id);
  else toggle(id);
}

function forgetGone() {
  const gone = [...chosen].filter((id) => !list.row(id));
  gone.forEach((id) => chosen.delete(id));
  if (gone.length) changed();
}

function isShown() {
  return "choosing" in list.list.dataset;
}

function show(yes) {
  list.list.toggleAttribute("data-choosing", yes);
  document.getElementById("choose").setAttribute("aria-pressed", String(yes));
  return yes;
}

function changed() {
  show(chosen.size > 0);
  list.isHeld = chosen.size > 0;
  for (const element of list.list.children) paint(element, list.row(element.dataset.id));
  choice.dispatchEvent(new CustomEvent("change", { detail: { number: chosen.size } }));
}

// The standing order of an incident: steps done, skipped for a reason, taken back; and those of
// other desks appear as they are done.

import { act } from "./actions.js";
import { live } from "./page.js";
import { refresh } from "./times.js";
import { toast } from "./toast.js";

const AT_MOST_EVERY = 300;
const box = document.getElementById("order");
const incident = document.getElementById("subject").dataset.id;
const dialog = document.getElementById("skip-dialog");
const reason = document.getElementById("skip-reason");
let shown = "";
let timer = 0;

async function load() {
  timer = 0;
  const answer = await fetch(box.dataset.address).catch(() => null);
  if (!answer?.ok || answer.redirected) return;
  const fresh = await answer.text();
  if (fresh !== shown) draw(fresh);
}

/** The focus stays at the step where it was. */
function draw(fresh) {
  const at = document.activeElement?.closest("#order [data-step]")?.dataset.step;
  shown = fresh;
  box.replaceChildren(...new DOMParser().parseFromString(fresh, "text/html").body.childNodes);
  refresh(box);
  if (at) box.querySelector(`[data-step="${CSS.escape(at)}"] :is(input, button)`)?.focus();
}

const loadSoon = () => (timer ||= setTimeout(load, AT_MOST_EVERY));

async function mark(line, name, said = {}) {
  const version_id = box.querySelector("[data-order]").dataset.order;
  try {
    await act("incidents", incident, `order/${name}`, { step: Number(line.dataset.step), version_id, ...said });
  } catch (refusal) {
    toast(refusal.message, { bad: true });
    shown = "";  // a box that the refusal left ticked is drawn anew
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
live.addEventListener("changes", ({ detail }) => {
  if (detail.changes.some(({ kind, id }) => kind === "incident" && id === incident)) loadSoon();
});
live.addEventListener("reset", loadSoon);
load();

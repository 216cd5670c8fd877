// The call list of an incident: copy or dial the next number, and say how the call went.

import { act } from "./actions.js";
import { copy } from "./copying.js";
import * as keys from "./keys.js";
import { live } from "./page.js";
import { refresh } from "./times.js";
import { toast } from "./toast.js";

const AT_MOST_EVERY = 500;
const box = document.getElementById("calls");
const incident = document.getElementById("subject").dataset.id;
const dialog = document.getElementById("call-dialog");
const SAID = { reached: "Reached", no_answer: "No answer", wrong_number: "Wrong number" };
let latest = null;
let shown = "";
let timer = 0;

async function load() {
  timer = 0;
  const answer = await fetch(box.dataset.address).catch(() => null);
  if (!answer?.ok || answer.redirected) return;
  const fresh = await answer.text();
  if (fresh !== shown) draw(fresh);
}

/** The focus stays with whom it was at. */
function draw(fresh) {
  const at = document.activeElement?.closest("#calls [data-contact]")?.dataset.contact;
  shown = fresh;
  box.replaceChildren(...new DOMParser().parseFromString(fresh, "text/html").body.childNodes);
  refresh(box);
  if (at) box.querySelector(`[data-contact="${CSS.escape(at)}"] :is(button, a)`)?.focus();
}

const loadSoon = () => (timer ||= setTimeout(load, AT_MOST_EVERY));

const next = () => document.querySelector("#calls [data-next]");
/** Whom the hand was at last, so that what is said is of the call that was made. */
const called = () => document.querySelector(`#calls [data-contact="${CSS.escape(latest ?? "")}"]`) ?? next();

function take(line) {
  latest = line.dataset.contact;
  return line;
}

function onNext(selector, run) {
  const control = next()?.querySelector(selector);
  if (!control) return false;
  take(control.closest("[data-contact]"));
  run(control);
  return true;
}

function ask(line) {
  if (!line?.querySelector("[data-record]")) return false;
  take(line);
  dialog.querySelector("[data-about]").textContent = line.dataset.name;
  dialog.returnValue = "";
  dialog.onclose = () => dialog.returnValue && record(line.dataset, dialog.returnValue);
  dialog.showModal();
  return true;
}

async function record({ contact, name }, outcome) {
  latest = null;
  try {
    await act("incidents", incident, "calls", { contact_id: contact, outcome });
    toast(`${SAID[outcome]}: ${name}`);
    load();
  } catch (refusal) {
    toast(refusal.message, { bad: true });
  }
}

document.getElementById("main").addEventListener("click", ({ target }) => {
  const line = target.closest("#calls [data-contact]");
  if (!line || !target.closest("a, button")) return;
  take(line);
  if (target.closest("[data-record]")) ask(line);
});
keys.on("c", () => onNext("[data-copy]", copy));
keys.on("d", () => onNext("[data-dial]", (link) => link.click()));
keys.on("l", () => ask(called()));
live.addEventListener("changes", ({ detail }) => {
  if (detail.changes.some(({ kind, id }) => kind === "incident" && id === incident)) loadSoon();
});
live.addEventListener("reset", loadSoon);
load();

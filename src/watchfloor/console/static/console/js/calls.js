// The call list of an incident: copy or dial the next number, and say how the call went.

import { act } from "./actions.js";
import { copy } from "./copying.js";
import { follow } from "./fragment.js";
import * as keys from "./keys.js";
import { toast } from "./toast.js";

const box = document.getElementById("calls");
const incident = document.getElementById("subject").dataset.id;
const dialog = document.getElementById("call-dialog");
const SAID = { reached: "Reached", no_answer: "No answer", wrong_number: "Wrong number" };
let latest = null;
const load = follow(box, incident, { key: "contact", controls: "button, a" });

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

// The dialogs of acts on an incident: whom to give it to, until when to sleep, what was done.

import { act } from "./actions.js";
import { tellOpenSteps } from "./gate.js";
import { me } from "./page.js";
import { toast } from "./toast.js";
import { offerUndo } from "./undoing.js";

const MINUTE = 60_000;

/** Show dialog `id`; resolve with the value of the button or form that closed it, "" for none. */
function choice(id, about) {
  const dialog = document.getElementById(id);
  dialog.querySelector("[data-about]").textContent = about;
  dialog.querySelector("form").reset();
  dialog.returnValue = "";
  dialog.showModal();
  return new Promise((resolve) => {
    dialog.addEventListener("close", () => resolve(dialog), { once: true });
  });
}

async function person(about) {
  const dialog = await choice("assign-dialog", about);
  return dialog.returnValue && { user_id: dialog.returnValue };
}

async function wake(about) {
  const { returnValue } = await choice("snooze-dialog", about);
  return returnValue && { until: new Date(Date.now() + Number(returnValue) * MINUTE).toISOString() };
}

async function words(id, about, field) {
  const dialog = await choice(id, about);
  return dialog.returnValue && { [field]: dialog.querySelector("textarea").value.trim() };
}

async function outcome(about, incident) {
  void tellOpenSteps(incident);  // before the dialog opens: what it hides cannot have the focus
  const said = await words("resolve-dialog", about, "resolution");
  const chosen = document.querySelector("#resolve-dialog [name=disposition]:checked");
  return said && chosen ? { ...said, disposition: chosen.value } : said;
}

const ASKS = {
  assign: person,
  snooze: wake,
  resolve: outcome,
  "hand-over": (about) => words("hand-over-dialog", about, "text"),
  comment: (about) => words("comment-dialog", about, "text"),
  escalate: (about) => words("escalate-dialog", about, "reason"),
};
export const DONE = {
  acknowledge: "Acknowledged", assign: "Assigned", snooze: "Snoozed",
  resolve: "Resolved", comment: "Noted", escalate: "Escalated",
  release: "Released", "hand-over": "Handed over",
};

/** Acts that are refused to whoever has not seen what somebody else did since. */
const BY_VERSION = new Set(["acknowledge", "assign", "snooze", "resolve"]);

/** Ask what `name` needs to be said; null where nothing is to be done. */
export async function ask(name, about, incident = null) {
  return ASKS[name] ? (await ASKS[name](about, incident)) || null : {};
}

/** What the floor has not answered yet, by the id of what it is done to. */
const underWay = new Map();

/**
 * Send an act in its turn: keys are quicker than the floor, and one act needs to know what the
 * one before it led to. That is seen by whoever did it.
 */
function inTurn(kind, { id, version }, name, body) {
  const before = underWay.get(id);
  const send = async () => {
    const led = await before?.catch(() => null);
    if (version && BY_VERSION.has(name)) body.version = Math.max(version, led?.version ?? 0);
    return act(kind, id, name, body);
  };
  const sent = send().finally(() => underWay.get(id) === sent && underWay.delete(id));
  underWay.set(id, sent);
  return sent;
}

/**
 * Ask what `name` needs, then do it. `expect` is called at once and returns how to take it back.
 * `version`: of the row when the act was begun. Returns true when it was done.
 */
export async function perform(kind, row, name, expect = () => () => {}) {
  const { id, about } = row;
  const body = await ask(name, about, kind === "incidents" ? id : null);
  if (!body) return false;
  const undo = expect(name, body);
  let done;
  try {
    done = await inTurn(kind, row, name, body);
  } catch (refusal) {
    undo();
    toast(refusal.message, { bad: true });
    return false;
  }
  const said = `${DONE[name]}: ${about.split(",")[0]}`;
  offerUndo(said, () => act(kind, id, "undo", { version: done.version }));
  return true;
}

// In the dialogs: a digit presses what shows it, m gives the incident to oneself. Enter on a choice
// sends: by itself it would press the first button, which is Cancel.
for (const dialog of document.querySelectorAll("dialog[data-choices]")) {
  dialog.addEventListener("keydown", (event) => {
    const { key, target } = event;
    if (target.closest("textarea, input:not([type=radio])") || event.ctrlKey || event.metaKey || event.altKey) return;
    const sends = key === "Enter" && target.closest("[type=radio]") && dialog.querySelector(".button.first");
    const pressed = sends || [...dialog.querySelectorAll("[data-key]")].find((one) => one.dataset.key === key);
    if (!pressed) return;
    event.preventDefault();
    pressed.focus();
    pressed.click();
  });
}
for (const button of document.querySelectorAll("button[data-me]")) button.value = me.id;

// The page of one incident or alert: its acts, and its parts drawn anew when it changes.

import * as keys from "./keys.js";
import { perform } from "./dialogs.js";
import { live } from "./page.js";
import { refresh } from "./times.js";

const subject = document.getElementById("subject").dataset;
const kinds = { incidents: "incident", alerts: "alert" };
const AT_MOST_EVERY = 500;
let timer = 0;

async function reload() {
  timer = 0;
  const answer = await fetch(location.href).catch(() => null);
  if (!answer?.ok) return;
  const fresh = new DOMParser().parseFromString(await answer.text(), "text/html");
  subject.version = fresh.getElementById("subject").dataset.version;
  for (const part of document.querySelectorAll("[data-part]")) {
    const now = fresh.querySelector(`[data-part="${part.dataset.part}"]`);
    if (now && now.innerHTML !== (part.rendered ?? "")) replace(part, now);
  }
}

/** Put the new content in, unless the user is at it: no button may change under the pointer. */
function replace(part, now) {
  const focus = document.activeElement;
  if ((part !== focus && part.contains(focus)) || part.matches(".acts:hover")) {
    for (const kind of ["focusout", "pointerleave"]) part.addEventListener(kind, reloadSoon, { once: true });
    return;
  }
  const unfolded = [...part.querySelectorAll("details[open]")].map(nameOf);
  part.rendered = now.innerHTML;
  part.replaceChildren(...now.cloneNode(true).childNodes);
  for (const one of part.querySelectorAll("details")) one.open = unfolded.includes(nameOf(one));
  refresh(part);
}

/** Whose `details` it is, and which of them: what somebody reads stays open while alerts arrive. */
function nameOf(details) {
  const owner = details.closest("[data-alert]") ?? details.closest("[data-part]");
  return `${owner.dataset.alert ?? ""} ${[...owner.querySelectorAll("details")].indexOf(details)}`;
}

function reloadSoon() {
  timer ||= setTimeout(reload, AT_MOST_EVERY);
}

let isActing = false;

/** The button is not disabled meanwhile: it would lose the focus, and a keyboard its place. */
async function run(name) {
  const button = document.querySelector(`.acts [data-act="${name}"]`);
  if (!button || isActing) return;
  isActing = true;
  const { id, about, version } = subject;
  const done = await perform(subject.kind, { id, about, version: Number(version) }, name);
  isActing = false;
  if (done && button === document.activeElement) button.closest(".acts").focus({ preventScroll: true });
  reloadSoon();
}

document.querySelector(".acts")?.addEventListener("click", ({ target }) => {
  const button = target.closest("[data-act]");
  if (button) run(button.dataset.act);
});
for (const [key, name] of Object.entries({ a: "acknowledge", s: "assign", z: "snooze", e: "resolve", n: "comment", r: "release", h: "hand-over" })) {
  keys.on(key, () => void run(name));
}
live.addEventListener("changes", ({ detail }) => {
  const mine = ({ kind, id, row }) => (kind === kinds[subject.kind] && id === subject.id) || row?.incident_id === subject.id;
  if (detail.changes.some(mine)) reloadSoon();
});
live.addEventListener("reset", reloadSoon);

// The page of one incident or alert: its acts, and its parts drawn anew when it changes.

import * as keys from "./keys.js";
import { perform } from "./dialogs.js";
import { expectState } from "./expecting.js";
import { live } from "./page.js";
import { onFresh, redrawSoon } from "./parts.js";

const subject = document.getElementById("subject").dataset;
const kinds = { incidents: "incident", alerts: "alert" };

onFresh((fresh) => (subject.version = fresh.getElementById("subject").dataset.version));

const begun = new Set();

/** The button is not disabled meanwhile: it would lose the focus, and a keyboard its place. */
async function run(name) {
  const button = document.querySelector(`.acts [data-act="${name}"]`);
  if (!button || begun.has(name)) return;
  begun.add(name);
  const { id, about, version } = subject;
  const head = document.querySelector('[data-part="head"]');
  const row = { id, about, version: Number(version) };
  const done = await perform(subject.kind, row, name, (act) => expectState(head, act));
  begun.delete(name);
  if (done && button === document.activeElement) button.closest(".acts").focus({ preventScroll: true });
  redrawSoon();
}

document.querySelector(".acts")?.addEventListener("click", ({ target }) => {
  const button = target.closest("[data-act]");
  if (button) run(button.dataset.act);
});
for (const [key, name] of Object.entries({ a: "acknowledge", s: "assign", z: "snooze", e: "resolve", n: "comment", r: "release", h: "hand-over" })) {
  keys.on(key, () => void run(name));
}
live.addEventListener("changes", ({ detail }) => {
  const mine = ({ kind, id, row }) =>
    (kind === kinds[subject.kind] && id === subject.id) || (kind === "alert" && row?.incident_id === subject.id);
  if (detail.changes.some(mine)) redrawSoon();
});
live.addEventListener("reset", redrawSoon);

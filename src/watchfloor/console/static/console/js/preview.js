// The pane beside the list: what the chosen row is, without leaving the list.

import { fill } from "./html.js";
import * as keys from "./keys.js";
import { recall, remember } from "./memory.js";
import { live } from "./page.js";
import { refresh } from "./times.js";

const AFTER = 120;
const WIDE = matchMedia("(min-width: 68rem)");
const pane = document.getElementById("preview");
const box = document.getElementById("preview-of");
const rows = document.getElementById("rows");
const toggle = document.getElementById("preview-toggle");
let shown = "";
let timer = 0;
let asked = null;

const isOpen = () => WIDE.matches && !pane.hidden;

/** Begin; `run(id, name)` does an act on a row. */
export function startPreview(run) {
  open(recall("preview") !== "off");
  toggle.addEventListener("click", () => open(pane.hidden));
  keys.on("o", () => open(pane.hidden));
  rows.addEventListener("focusin", ({ target }) => choose(target.closest(".row")));
  rows.addEventListener("click", chooseByPointer);
  box.addEventListener("click", ({ target }) => {
    const button = target.closest("[data-act]");
    if (button) run(shown, button.dataset.act);
  });
  live.addEventListener("changes", ({ detail }) => {
    if (detail.changes.some(({ id, row }) => id === shown || row?.incident_id === shown)) loadSoon();
  });
  WIDE.addEventListener("change", () => choose(rows.querySelector(".row:focus-within")));
}

/** The pane's box while it shows the incident `id`, else null. */
export function paneOf(id) {
  return isOpen() && id === shown ? box : null;
}

function open(yes) {
  pane.hidden = !yes;
  toggle.setAttribute("aria-pressed", String(yes));
  remember("preview", yes ? null : "off");
  if (yes) choose(rows.querySelector(".row:focus-within"));
}

/** With the pane open a click chooses; a second one, Enter or a modifier opens the page. */
function chooseByPointer(event) {
  const link = event.target.closest(".row-title");
  const isPlain = !(event.ctrlKey || event.metaKey || event.shiftKey || event.altKey);
  if (!link || !isOpen() || event.detail !== 1 || !isPlain) return;
  event.preventDefault();
  link.focus({ preventScroll: true });
}

function choose(row) {
  if (!row || !isOpen() || row.dataset.id === shown) return;
  rows.querySelector("[data-previewed]")?.removeAttribute("data-previewed");
  row.toggleAttribute("data-previewed", true);
  shown = row.dataset.id;
  box.setAttribute("aria-busy", "true");
  loadSoon();
}

function loadSoon() {
  clearTimeout(timer);
  timer = setTimeout(load, AFTER);
}

async function load() {
  asked?.abort();
  asked = new AbortController();
  const id = shown;
  try {
    const answer = await fetch(`/incidents/${encodeURIComponent(id)}/preview`, { signal: asked.signal });
    const isThere = answer.ok && !answer.redirected;
    const text = isThere ? await answer.text() : "<p class=quiet>It cannot be shown any more.</p>";
    if (id !== shown) return;  // another row was chosen meanwhile
    fill(box, text);
    refresh(box);
  } catch (error) {
    if (error.name === "AbortError") return;  // another row was chosen
    box.textContent = "The floor does not answer.";
  }
  box.setAttribute("aria-busy", "false");
}

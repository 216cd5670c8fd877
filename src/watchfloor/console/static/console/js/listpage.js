// What the pages of live lists share: filters, frames, keys, reload after a long silence.

import { accepts } from "./filters.js";
import { LiveList } from "./list.js";
import * as keys from "./keys.js";
import { data, live } from "./page.js";
import { announce, toast } from "./toast.js";

/** kind: of changes ("incident"); textOf(row): what `q` looks in; the rest as `LiveList`. */
export function startList({ kind, fill, compare, textOf }) {
  const page = data("rows-data");
  const list = new LiveList({
    list: document.getElementById("rows"),
    template: document.getElementById("row"),
    button: document.getElementById("new-rows"),
    empty: document.getElementById("empty"),
    limit: page.limit,
    fill,
    compare,
    accepts: (row) => accepts(page.filter, row, textOf),
    urgent: (row) => row.is_life_safety && row.state === "NEW",
  });
  list.addEventListener("drawn", () => count(list, page));
  list.load(page.rows);
  list.addEventListener("arrival", () => announce(1));
  live.addEventListener("changes", ({ detail }) => {
    list.apply(detail.changes.filter((change) => change.kind === kind));
  });
  live.addEventListener("reset", () => reload(list));
  bindFilters();
  bindMoves(list);
  bindPause(list);
  return list;
}

async function reload(list) {
  const address = new URL(location.href);
  address.pathname = document.getElementById("rows").dataset.json;
  const answer = await fetch(address).catch(() => null);
  if (!answer?.ok) {
    toast("The list could not be loaded anew; it may be out of date.", { bad: true });
    return;
  }
  const { rows, seq } = await answer.json();
  live.seq = Math.max(live.seq, seq);
  list.load(rows);
}

function count(list, page) {
  if (list.size) {
    document.getElementById("empty-first").hidden = true;
    document.getElementById("empty-later").hidden = false;
  }
  const more = list.size >= page.limit;
  const box = document.getElementById("count");
  const noun = list.size === 1 ? box.dataset.one : box.dataset.many;
  box.textContent = `${more ? "first " : ""}${list.size} ${noun}`;
  document.getElementById("more").hidden = !more;
}

function bindFilters() {
  const form = document.getElementById("filters");
  form.addEventListener("change", ({ target }) => {
    if (target.type !== "search") form.requestSubmit();  // a search is sent by Enter
  });
  form.addEventListener("formdata", ({ formData }) => {
    for (const [name, value] of [...formData]) if (!value) formData.delete(name);
  });
}

function links() {
  return [...document.querySelectorAll("#rows .row-title")];
}

export function current() {
  return document.activeElement?.closest("#rows > .row") ?? null;
}

function bindMoves(list) {
  const move = (step) => {
    const all = links();
    const at = all.findIndex((link) => link.closest(".row") === current());
    if (at === 0 && step < 0) list.settle();
    (links()[at < 0 ? 0 : at + step] ?? all[at])?.focus();
  };
  keys.on("j", () => move(1));
  keys.on("k", () => move(-1));
  keys.on("Escape", () => document.activeElement?.blur());
}

function bindPause(list) {
  const button = document.getElementById("pause");
  const toggle = () => {
    list.paused = !list.paused;
    button.setAttribute("aria-pressed", String(list.paused));
    button.textContent = list.paused ? "Paused" : "Pause";
    if (!list.busy) list.settle();
  };
  button.addEventListener("click", toggle);
  keys.on(" ", (event) => (event.target.closest("button, a, summary") ? false : toggle()));
}

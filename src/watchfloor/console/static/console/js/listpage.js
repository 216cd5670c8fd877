// What the pages of live lists share: filters, frames, keys, reload after a long silence.

import { accepts } from "./filters.js";
import { LiveList } from "./list.js";
import * as keys from "./keys.js";
import "./range.js";
import { data, live } from "./page.js";
import { clear } from "./selecting.js";
import { announce, toast } from "./toast.js";
import { bindViews } from "./views.js";

/** kind: of changes ("incident"); textOf(row): what `q` looks in; the rest as `LiveList`. */
export function startList({ kind, fill, keyOf, textOf }) {
  const page = data("rows-data");
  const list = new LiveList({
    list: document.getElementById("rows"),
    template: document.getElementById("row"),
    button: document.getElementById("new-rows"),
    empty: document.getElementById("empty"),
    limit: page.limit,
    fill,
    keyOf,
    accepts: (row) => accepts(page.filter, row, textOf),
    urgent: (row) => row.is_life_safety && row.state === "NEW",
  });
  list.addEventListener("drawn", () => count(list, page));
  list.load(page.rows);
  void goOn(list, page.after);
  list.addEventListener("arrival", () => announce(1));
  live.addEventListener("changes", ({ detail }) => {
    list.apply(detail.changes.filter((change) => change.kind === kind));
  });
  live.addEventListener("reset", () => reload(list));
  bindFilters();
  bindMoves(list);
  bindPause(list);
  bindViews();
  return list;
}

async function slice(after) {
  const address = new URL(location.href);
  address.pathname = document.getElementById("rows").dataset.json;
  if (after) address.searchParams.set("after", after);
  const answer = await fetch(address).catch(() => null);
  if (answer?.ok) return answer.json();
  toast("The list could not be loaded; it may be out of date.", { bad: true });
  return null;
}

/** Fetch what follows on the rows at hand, slice by slice, up to the limit. */
async function goOn(list, after) {
  let from = after;
  while (from && list.size < list.limit) {
    const found = await slice(from);
    if (!found) return;
    list.extend(found.rows);
    from = found.after;
  }
}

async function reload(list) {
  const found = await slice("");
  if (!found) return;
  live.seq = Math.max(live.seq, found.seq);
  list.load(found.rows);
  await goOn(list, found.after);
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

export function current() {
  return document.activeElement?.closest("#rows > .row") ?? null;
}

function bindMoves(list) {
  keys.on("j", () => list.move(1));
  keys.on("k", () => list.move(-1));
  keys.on("Escape", () => clear() || document.activeElement?.blur());
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

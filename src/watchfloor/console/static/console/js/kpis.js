// The figures of the floor: from frames for who sees all, asked for by those who see a part.

import { fill } from "./html.js";
import { live } from "./page.js";

const AT_MOST_EVERY = 5000;
const TEN_MINUTES = 600_000;
const STATES = { ok: "fine", over: "over what is accepted", flood: "flood" };
const box = document.getElementById("kpis");
let timer = 0;
let asked = 0;

const short = (value) => (value > 0 && value < 1 ? value.toFixed(2) : value.toFixed(1));
const count = (value) => value.toLocaleString("en-GB");

function put(slot, text) {
  const target = box.querySelector(`[data-figure="${slot}"]`);
  if (target && target.textContent !== text) target.textContent = text;
}

/** A link leads to what its number counts: since when moves on with the figures. */
function lead(figures) {
  for (const link of box.querySelectorAll("a[href]")) {
    const address = new URL(link.href);
    if (!address.searchParams.has("since")) continue;
    const since = link.dataset.figure === "load" ? Date.parse(figures.until) - TEN_MINUTES : Date.parse(figures.since);
    address.searchParams.set("since", new Date(since).toISOString());
    link.href = address.pathname + address.search;
  }
}

function stateOf(figures) {
  if (figures.load > figures.load_flood) return "flood";
  return figures.load > figures.load_accepted ? "over" : "ok";
}

function show(figures) {
  if (!box.querySelector("[data-kpi]")) return;
  const state = stateOf(figures);
  const quiet = Object.entries(figures.quiet);
  box.querySelector('[data-kpi="load"]').dataset.tone = state;
  put("load", short(figures.load));
  put("state", STATES[state]);
  put("mean_load", short(figures.mean_load));
  put("ratio", figures.ratio === null ? "–" : figures.ratio.toFixed(1));
  put("cut", figures.cut === null ? "–" : `${(figures.cut * 100).toFixed(1)}%`);
  put("quiet_total", count(quiet.reduce((sum, [, number]) => sum + number, 0)));
  put("corrections_per_day", figures.corrections_per_day.toFixed(0));
  for (const name of ["operators", "alerts", "incidents", "deduped", "corrections"]) put(name, count(figures[name]));
  for (const [reason, number] of quiet) put(`quiet-${reason}`, count(number));
  lead(figures);
  if (quiet.some(([reason]) => !box.querySelector(`[data-figure="quiet-${reason}"]`))) loadSoon();
}

/** The floor writes them: at first, for who sees a part, and where a reason brings its own link. */
async function load() {
  timer = 0;
  asked = Date.now();
  const answer = await fetch(box.dataset.address).catch(() => null);
  if (!answer?.ok || answer.redirected) return;
  fill(box, await answer.text());
}

function loadSoon() {
  timer ||= setTimeout(load, Math.max(0, asked + AT_MOST_EVERY - Date.now()));
}

live.addEventListener("changes", ({ detail }) => {
  const change = detail.changes.findLast(({ kind }) => kind === "kpis");
  if (!change) return;
  if (change.row.figures) show(change.row.figures);
  else loadSoon();
});
live.addEventListener("reset", loadSoon);
void load();

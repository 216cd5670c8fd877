// Critical incidents that nobody has claimed for a minute: a bar on every page, and the alarm at
// every desk. Each page knows the time by itself; nothing is asked for again and again.

import { claimOn, claims, floorNow, leftAt } from "./claims.js";
import { alarm } from "./sound.js";

const SHOWN = 3;
const bar = document.getElementById("unclaimed");
const loud = document.getElementById("loud");
const fresh = new Map();
const since = new Map();
let patience = 0;
let overdue = new Set();
let timer = 0;

/** Life safety has an alarm of its own, and it does not wait. */
function concerns(row) {
  return Boolean(row) && row.severity === "CRITICAL" && row.state === "NEW" && !row.is_life_safety;
}

/** Take all that wait as the page was rendered with. `quiet`: seconds until one sounds. */
export function begin(rows, quiet) {
  patience = quiet * 1000;
  fresh.clear();
  since.clear();
  for (const row of rows) keep(row, Date.parse(row.opened_at));
  draw();
}

export function apply(changes) {
  const touched = changes.filter(({ kind, id, row }) => kind === "incident" && (fresh.has(id) || concerns(row)));
  for (const { id, row } of touched) {
    // What came late, or became critical just now, waits since people can see it.
    if (concerns(row)) keep(row, since.get(id) ?? floorNow());
    else forget(id);
  }
  if (touched.length) draw();
}

function keep(row, at) {
  fresh.set(row.id, row);
  since.set(row.id, at);
}

function forget(id) {
  fresh.delete(id);
  since.delete(id);
}

/** When it has waited long enough; never while somebody looks at it. */
function dueAt(row) {
  if (claimOn(row.id)) return Infinity;
  const asleep = row.snoozed_until ? Date.parse(row.snoozed_until) : 0;
  return Math.max(since.get(row.id), leftAt(row.id), asleep) + patience;
}

function draw() {
  const now = floorNow();
  const rows = [...fresh.values()].filter((row) => dueAt(row) <= now).sort((a, b) => dueAt(a) - dueAt(b));
  bar.querySelector("ul").replaceChildren(...rows.slice(0, SHOWN).map(line));
  bar.querySelector(".unclaimed-more").hidden = rows.length <= SHOWN;
  bar.querySelector(".unclaimed-more a").textContent = `and ${rows.length - SHOWN} more`;
  bar.hidden = rows.length === 0;
  const news = rows.find(({ id }) => !overdue.has(id));
  if (news) loud.textContent = `Nobody looks at ${named(news)}`;
  overdue = new Set(rows.map(({ id }) => id));
  alarm.want("unclaimed", rows.length > 0);
  wakeAtNext(now);
}

function wakeAtNext(now) {
  clearTimeout(timer);
  const next = Math.min(...[...fresh.values()].map(dueAt).filter((at) => at > now));
  if (Number.isFinite(next)) timer = setTimeout(draw, next - now + 1);
}

function line(row) {
  const element = document.getElementById("unclaimed-row").content.firstElementChild.cloneNode(true);
  const link = element.querySelector("a");
  link.href = `/incidents/${row.id}`;
  link.textContent = named(row);
  element.querySelector("time").dateTime = new Date(dueAt(row) - patience).toISOString();
  return element;
}

function named({ number, title, site_name: site }) {
  return [`INC-${number}`, title, site].filter(Boolean).join(", ");
}

claims.addEventListener("change", ({ detail }) => {
  if (detail.ids.some((id) => fresh.has(id))) draw();
});

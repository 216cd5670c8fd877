// Critical incidents that nobody has claimed for a minute: a bar on every page, and the alarm at
// every desk. Each page knows the time by itself; nothing is asked for again and again.

import { claims, floorNow } from "./claims.js";
import { follow, sound } from "./sounding.js";
import { show } from "./times.js";
import { Waiting } from "./waiting.js";

const SHOWN = 3;
const bar = document.getElementById("unclaimed");
const loud = document.getElementById("loud");
const fresh = new Waiting();
let patience = 0;
let overdue = new Set();
let timer = 0;

follow("UNCLAIMED", fresh);

/** Life safety has an alarm of its own, and it does not wait. */
function concerns(row) {
  return Boolean(row) && row.severity === "CRITICAL" && row.state === "NEW" && !row.is_life_safety;
}

/** Take all that wait as the page was rendered with. `quiet`: seconds until one is on the bar. */
export function begin(rows, quiet) {
  patience = quiet * 1000;
  fresh.begin(rows.filter(concerns));
  draw();
}

export function apply(changes) {
  const touched = changes.filter(({ kind, id, row }) => kind === "incident" && (fresh.has(id) || concerns(row)));
  for (const { id, row } of touched) {
    // What came late, or became critical just now, waits since people can see it.
    if (concerns(row)) fresh.keep(row, floorNow());
    else fresh.forget(id);
  }
  if (touched.length) draw();
}

function draw() {
  const now = floorNow();
  const rows = fresh.due(patience, now).sort((a, b) => fresh.dueAt(a, patience) - fresh.dueAt(b, patience));
  bar.querySelector("ul").replaceChildren(...rows.slice(0, SHOWN).map(line));
  bar.querySelector(".unclaimed-more").hidden = rows.length <= SHOWN;
  bar.querySelector(".unclaimed-more a").textContent = `and ${rows.length - SHOWN} more`;
  bar.hidden = rows.length === 0;
  const news = rows.find(({ id }) => !overdue.has(id));
  if (news) loud.textContent = `Nobody looks at ${named(news)}`;
  overdue = new Set(rows.map(({ id }) => id));
  sound();
  wakeAtNext(now);
}

function wakeAtNext(now) {
  clearTimeout(timer);
  const next = fresh.nextDue(patience, now);
  if (Number.isFinite(next)) timer = setTimeout(draw, next - now + 1);
}

function line(row) {
  const element = document.getElementById("unclaimed-row").content.firstElementChild.cloneNode(true);
  const link = element.querySelector("a");
  link.href = `/incidents/${row.id}`;
  link.textContent = named(row);
  show(element.querySelector("time"), new Date(fresh.dueAt(row, patience) - patience).toISOString());
  return element;
}

function named({ number, title, site_name: site }) {
  return [`INC-${number}`, title, site].filter(Boolean).join(", ");
}

claims.addEventListener("change", ({ detail }) => {
  if (detail.ids.some((id) => fresh.has(id))) draw();
});

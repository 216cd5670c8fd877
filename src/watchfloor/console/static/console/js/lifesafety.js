// Life-safety incidents that nobody has acknowledged: banner, sound, notification, on every page.

import { act } from "./actions.js";
import { floorNow } from "./claims.js";
import { notify } from "./notify.js";
import { follow, sound } from "./sounding.js";
import { toast } from "./toast.js";
import { Waiting } from "./waiting.js";

const banner = document.getElementById("panic");
const loud = document.getElementById("loud");
const template = document.getElementById("panic-row");
const waiting = new Waiting();
const title = document.title;

follow("LIFE_SAFETY", waiting);

function draw() {
  const rows = waiting.rows.sort((a, b) => Date.parse(b.opened_at) - Date.parse(a.opened_at));
  banner.querySelector("ul").replaceChildren(...rows.slice(0, 3).map(line));
  banner.querySelector(".panic-more").hidden = rows.length <= 3;
  banner.querySelector(".panic-more a").textContent = `and ${rows.length - 3} more`;
  banner.hidden = rows.length === 0;
  document.title = rows.length ? `(${rows.length}!) ${title}` : title;
  sound();
}

function line(row) {
  const element = template.content.firstElementChild.cloneNode(true);
  const link = element.querySelector("a");
  link.href = `/incidents/${row.id}`;
  link.textContent = told(row);
  const button = element.querySelector("button");
  button?.addEventListener("click", () => acknowledge(row, button));
  return element;
}

/** What happened and where; the place once, where the title names it already. */
function told({ title: what, site_name: site }) {
  return site && !what.toLowerCase().includes(site.toLowerCase()) ? `${what}, ${site}` : what;
}

async function acknowledge(row, button) {
  button.disabled = true;
  try {
    await act("incidents", row.id, "acknowledge");
    waiting.forget(row.id);
    draw();
  } catch (refusal) {
    button.disabled = false;
    toast(refusal.message, { bad: true });
  }
}

/** Take all that wait as the page was rendered with; they are not news. */
export function begin(rows) {
  waiting.begin(rows);
  draw();
}

export function apply(changes) {
  const touched = changes.filter((change) => change.kind === "incident" && concerns(change));
  for (const { id, row } of touched) take(id, row);
  if (touched.length) draw();
}

function concerns({ id, row }) {
  return waiting.has(id) || Boolean(row?.is_life_safety);
}

function take(id, row) {
  if (!row || row.state !== "NEW") {
    waiting.forget(id);
    return;
  }
  if (!waiting.has(id)) {
    loud.textContent = `Life safety: ${told(row)}`;
    notify(row);
  }
  waiting.keep(row, floorNow());
}

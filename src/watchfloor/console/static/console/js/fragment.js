// A part of a page that comes by a request of its own: once, or anew when an incident changed.

import { fill } from "./html.js";
import { live } from "./page.js";
import { refresh } from "./times.js";

const AT_MOST_EVERY = 300;

async function written(box) {
  const answer = await fetch(box.dataset.address).catch(() => null);
  return answer?.ok && !answer.redirected ? answer.text() : null;
}

/** Show in `box` what the floor writes at `box.dataset.address`. */
export async function fetchOnce(box) {
  const fresh = await written(box);
  if (fresh === null) return;
  fill(box, fresh);
  refresh(box);
}

/**
 * Keep `box` as the floor writes it at `box.dataset.address`; `controls` are what takes the focus
 * in a line of it, and `key` names a line: its data-key. Returns `load`, which draws at once;
 * { anew: true }: also where the floor writes the same as before.
 */
export function follow(box, incident, { key, controls }) {
  let shown = "";
  let timer = 0;

  async function load({ anew = false } = {}) {
    timer = 0;
    const fresh = await written(box);
    if (fresh !== null && (anew || fresh !== shown)) draw(fresh);
  }

  /** The focus stays at the line where it was. */
  function draw(fresh) {
    const focus = document.activeElement;
    const at = box.contains(focus) ? focus.closest(`[data-${key}]`)?.dataset[key] : null;
    shown = fresh;
    fill(box, fresh);
    refresh(box);
    if (at) box.querySelector(`[data-${key}="${CSS.escape(at)}"] :is(${controls})`)?.focus();
  }

  const loadSoon = () => (timer ||= setTimeout(load, AT_MOST_EVERY));
  live.addEventListener("changes", ({ detail }) => {
    if (detail.changes.some(({ kind, id }) => kind === "incident" && id === incident)) loadSoon();
  });
  live.addEventListener("reset", loadSoon);
  load();
  return load;
}

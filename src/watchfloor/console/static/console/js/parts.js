// The parts of a page that the floor draws anew when something changed, in place.

import { read } from "./html.js";
import { refresh } from "./times.js";

const AT_MOST_EVERY = 500;
const followers = [];
let timer = 0;

/** Have `follow` see each page that was fetched, before its parts are put in. */
export function onFresh(follow) {
  followers.push(follow);
}

export function redrawSoon() {
  redrawWithin(AT_MOST_EVERY);
}

/** Draw anew within so many milliseconds; what is asked for meanwhile comes with it. */
export function redrawWithin(wait) {
  timer ||= setTimeout(redraw, wait);
}

async function redraw() {
  timer = 0;
  const answer = await fetch(location.href).catch(() => null);
  if (!answer?.ok) return;
  const fresh = read(await answer.text());
  for (const follow of followers) follow(fresh);
  for (const part of document.querySelectorAll("[data-part]")) {
    const now = fresh.querySelector(`[data-part="${part.dataset.part}"]`);
    if (now && now.innerHTML !== (part.rendered ?? "")) replace(part, now);
  }
}

/**
 * Put the new content in, unless the user is at it: no button may change under the pointer.
 *
 * What has a data-key is known again: the focus stays on it. In a part with data-still nothing
 * moves under the pointer, either: what is there changes in place, and the order waits.
 */
function replace(part, now) {
  const focus = document.activeElement;
  const key = part !== focus && part.contains(focus) ? focus.dataset.key : null;
  if ((part !== focus && part.contains(focus) && !key) || part.matches(".acts:hover")) {
    wait(part);
    return;
  }
  if (part.matches("[data-still]:hover")) {
    refill(part, now);
    wait(part);
    return;
  }
  const unfolded = [...part.querySelectorAll("details[open]")].map(nameOf);
  part.rendered = now.innerHTML;
  part.replaceChildren(...now.cloneNode(true).childNodes);
  for (const one of part.querySelectorAll("details")) one.open = unfolded.includes(nameOf(one));
  refresh(part);
  if (key) keyed(part, key)?.focus({ preventScroll: true });
  part.dispatchEvent(new Event("redrawn", { bubbles: true }));
}

function wait(part) {
  for (const kind of ["focusout", "pointerleave"]) part.addEventListener(kind, redrawSoon, { once: true });
}

function keyed(part, key) {
  return part.querySelector(`[data-key="${CSS.escape(key)}"]`);
}

/** What has a key says what it says now, where it is. */
function refill(part, now) {
  for (const line of part.querySelectorAll("[data-key]")) {
    const fresh = keyed(now, line.dataset.key);
    if (!fresh || fresh.innerHTML === line.innerHTML) continue;
    line.title = fresh.title;
    line.replaceChildren(...fresh.cloneNode(true).childNodes);
  }
}

/** Whose `details` it is, and which of them: what somebody reads stays open while alerts arrive. */
function nameOf(details) {
  const owner = details.closest("[data-alert]") ?? details.closest("[data-part]");
  return `${owner.dataset.alert ?? ""} ${[...owner.querySelectorAll("details")].indexOf(details)}`;
}

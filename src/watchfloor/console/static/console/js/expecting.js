// The state that an act will lead to, shown before the floor says so, and back where it refuses.

import { words } from "./page.js";

const LEADS = { acknowledge: "ACKNOWLEDGED", assign: "ASSIGNED", resolve: "RESOLVED" };

/** Show it in the state of `box`; return how to show again what was there. */
export function expectState(box, name) {
  const tag = box?.querySelector(".state[data-state]");
  const state = LEADS[name];
  if (!tag || !state || (name === "acknowledge" && tag.dataset.state !== "NEW")) return () => {};
  const was = tag.dataset.state;
  show(tag, state);
  return () => tag.dataset.state === state && show(tag, was);
}

function show(tag, state) {
  tag.dataset.state = state;
  tag.textContent = words.states[state];
  const part = tag.closest("[data-part]");
  if (part) part.rendered = null;  // it is not as the floor wrote it any more
}

// A hand on the map: one finger or the mouse moves it, two fingers zoom, the wheel does as well.

import { panned, zoomed } from "./mercator.js";

const SLIP = 4;  // pixels a hand may slip in a click
const NOTCH = 0.5;
const WHEEL = { pixels: 240, lines: 6 };  // for one doubling

/** Have `map`, a MapView, follow pointers and wheel over its box. */
export function followHands(map) {
  const { box } = map;
  const held = new Map();
  let began = null;

  /** Each finger that comes or goes begins anew from where the map is. */
  function begin() {
    began = held.size ? { view: map.at, ...gripOf([...held.values()], box) } : null;
  }

  function move(event) {
    if (!held.has(event.pointerId)) return;
    held.set(event.pointerId, { x: event.clientX, y: event.clientY });
    const now = gripOf([...held.values()], box);
    const isClick = held.size === 1 && Math.hypot(now.x - began.x, now.y - began.y) < SLIP;
    if (isClick && !box.hasPointerCapture(event.pointerId)) return;
    box.setPointerCapture(event.pointerId);
    const by = began.reach ? Math.log2(now.reach / began.reach) : 0;
    map.go(panned(zoomed(began.view, by, began.x, began.y), began.x - now.x, began.y - now.y));
  }

  function end({ pointerId }) {
    if (held.delete(pointerId)) begin();
  }

  box.addEventListener("pointerdown", (event) => {
    if (event.button || event.target.closest("[data-move]")) return;
    held.set(event.pointerId, { x: event.clientX, y: event.clientY });
    begin();
  });
  box.addEventListener("pointermove", move);
  for (const kind of ["pointerup", "pointercancel", "lostpointercapture"]) box.addEventListener(kind, end);
  box.addEventListener("dragstart", (event) => event.preventDefault());
  box.addEventListener("wheel", (event) => {
    event.preventDefault();
    const by = -event.deltaY / (event.deltaMode ? WHEEL.lines : WHEEL.pixels);
    const { x, y } = gripOf([{ x: event.clientX, y: event.clientY }], box);
    map.go(zoomed(map.at, Math.max(-NOTCH, Math.min(NOTCH, by)), x, y));
  }, { passive: false });
}

/** The middle of the fingers from the middle of the map, and how far apart two of them are. */
function gripOf(points, box) {
  const { left, top, width, height } = box.getBoundingClientRect();
  const [one, other = one] = points;
  return {
    x: (one.x + other.x) / 2 - left - width / 2,
    y: (one.y + other.y) / 2 - top - height / 2,
    reach: Math.hypot(one.x - other.x, one.y - other.y),
  };
}

// What sounds at this desk. The floor has settled what, how and after how long without anybody
// looking; this keeps the time, so that nothing has to be asked for.

import { claims, floorNow } from "./claims.js";
import { alarm } from "./sound.js";

const LONGEST_SLEEP = 3_600_000;
const followed = new Map();
const tabs = new BroadcastChannel("wf.muted-until");
let rings = { open: {}, muted: {} };
let until = 0;
let timer = 0;

/** Tells "change" when a mute begins or ends. */
export const muting = new EventTarget();

/** `open`, `muted`: the ring of each kind; `muted_until`: when the mute of this person ends. */
export function begin({ open, muted, muted_until }) {
  rings = { open, muted };
  set(muted_until ? Date.parse(muted_until) : 0);
}

/** Have the incidents of a kind heard, for as long as they wait. */
export function follow(kind, waiting) {
  followed.set(kind, waiting);
}

/** The floor's time at which the mute ends, in milliseconds; 0 where there is none. */
export function mutedUntil() {
  return until > floorNow() ? until : 0;
}

export function muteUntil(at) {
  tabs.postMessage(at);
  set(at);
}

export function ringOf(kind) {
  return rings[mutedUntil() ? "muted" : "open"][kind] ?? null;
}

/** Decide anew what sounds, and when to look again. */
export function sound() {
  const now = floorNow();
  let next = now + LONGEST_SLEEP;
  for (const [kind, waiting] of followed) {
    const ring = ringOf(kind);
    if (ring?.every) next = Math.min(next, waiting.nextDue(ring.after * 1000, now));
    alarm.want(kind, ring?.every && waiting.due(ring.after * 1000, now).length ? ring : null);
  }
  clearTimeout(timer);
  timer = setTimeout(sound, Math.min(next, mutedUntil() || next) - now + 1);
}

function set(at) {
  until = at;
  sound();
  muting.dispatchEvent(new Event("change"));
}

tabs.addEventListener("message", ({ data }) => set(data));
claims.addEventListener("change", sound);

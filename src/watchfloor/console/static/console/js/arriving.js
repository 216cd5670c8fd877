// Incidents as they arrive: each sounds as its severity is set to, once or until it is acknowledged.

import { floorNow } from "./claims.js";
import { alarm } from "./sound.js";
import { follow, ringOf, sound } from "./sounding.js";
import { Waiting } from "./waiting.js";

const SEVERITIES = ["INFO", "LOW", "MEDIUM", "HIGH", "CRITICAL"];
/** So long before the page was loaded, it may have been on its way. */
const ON_ITS_WAY = 10_000;
const waiting = new Map(SEVERITIES.map((severity) => [severity, new Waiting()]));
const heard = new Map();
let begunAt = 0;

for (const [severity, its] of waiting) follow(severity, its);

/** Take all that wait as the page was rendered with; they are not news. */
export function begin(rows) {
  begunAt ||= floorNow();
  for (const [severity, its] of waiting) its.begin(rows.filter((row) => row.severity === severity));
  sound();
}

export function apply(changes) {
  for (const { kind, id, row } of changes) if (kind === "incident") take(id, row);
  sound();
}

function take(id, row) {
  const waits = row?.state === "NEW" && !row.is_life_safety;
  for (const [severity, its] of waiting) {
    if (waits && severity === row.severity) its.keep(row, floorNow());
    else its.forget(id);
  }
  if (waits && isNews(row)) hear(row);
}

function isNews(row) {
  const isNew = Date.parse(row.opened_at) > begunAt - ON_ITS_WAY;
  return isNew && SEVERITIES.indexOf(row.severity) > (heard.get(row.id) ?? -1);
}

function hear(row) {
  heard.set(row.id, SEVERITIES.indexOf(row.severity));
  const ring = ringOf(row.severity);
  if (ring && !ring.every) alarm.play(ring.tone);
}

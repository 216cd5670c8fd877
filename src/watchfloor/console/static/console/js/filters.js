// The filters of a list, as the server applied them, for rows that arrive later.

import { me } from "./page.js";

const OVER = new Set(["RESOLVED", "CLOSED"]);

const STATES = {
  open: (row) => !OVER.has(row.state),
  new: (row) => row.state === "NEW",
  taken: (row) => !OVER.has(row.state) && row.state !== "NEW",
  resolved: (row) => OVER.has(row.state),
  firing: (row) => row.signal === "firing" && !OVER.has(row.state),
  quiet: (row) => Boolean(row.suppressed_by),
  all: () => true,
};

/** filter: {state, severity: [names], site, q, since, until, reason, disposition}, empty where nothing was chosen. */
export function accepts(filter, row, textOf) {
  if (!STATES[filter.state](row)) return false;
  if (filter.severity.length && !filter.severity.includes(row.severity)) return false;
  if (filter.site && !(row.site_ids ?? [row.site_id]).includes(filter.site)) return false;
  if (filter.who && row.assigned_to_id !== (filter.who === "me" ? me.id : null)) return false;
  if (!within(filter, Date.parse(row.opened_at ?? row.first_seen_at))) return false;
  if (filter.reason && row.suppressed_by?.split(":")[0] !== filter.reason) return false;
  if (filter.disposition && !turnedOut(row, filter.disposition)) return false;
  return !filter.q || textOf(row).toLowerCase().includes(filter.q.toLowerCase());
}

function within({ since, until }, began) {
  return !(since && began < Date.parse(since)) && !(until && began >= Date.parse(until));
}

function turnedOut(row, asked) {
  return asked === "none" ? OVER.has(row.state) && !row.disposition : row.disposition === asked;
}

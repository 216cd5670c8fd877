// One row of a list: its slots filled from the row that the floor sent.

import { may, words } from "./page.js";
import { moment, show } from "./times.js";

export function slot(element, name) {
  return element.querySelector(`[data-slot="${name}"]`);
}

export function put(element, name, text) {
  const target = slot(element, name);
  if (target.textContent !== text) target.textContent = text;
  target.hidden = !text;
}

/** Return how bad it is as a number, the worst highest. */
export function level(row) {
  return words.severities[row.severity].level;
}

/** What incidents and alerts have in common. */
export function fillCommon(element, row, { path, at }) {
  element.dataset.id = row.id;
  element.dataset.state = row.state;
  if (row.site_id) element.dataset.onTest = `/on-test?site=${row.site_id}`;
  element.toggleAttribute("data-panic", row.is_life_safety);
  const { letter, name, level } = words.severities[row.severity];
  element.dataset.severity = level;
  put(element, "letter", letter);
  put(element, "severity", name);
  const title = slot(element, "title");
  title.href = `${path}/${row.id}`;
  put(element, "title", row.title);
  put(element, "place", [row.site_name, row.client_name].filter(Boolean).join(" · "));
  slot(element, "panic").hidden = !row.is_life_safety;
  show(slot(element, "age"), at);
  const button = element.querySelector('[data-act="acknowledge"]');
  if (button) button.hidden = row.state !== "NEW" || !may.has("acknowledge") || row.is_whole === false;
}

export function asleep(row) {
  return Boolean(row.snoozed_until) && Date.parse(row.snoozed_until) > Date.now();
}

export function stateText(row) {
  if (asleep(row)) return `Snoozed until ${moment(row.snoozed_until)}`;
  return words.states[row.state];
}

export function plural(count, one, many = `${one}s`) {
  return count === 1 ? `1 ${one}` : `${count} ${many}`;
}

// Incidents that wait for a person, and since when nobody looks at each of them.

import { claimOn, leftAt } from "./claims.js";

export class Waiting {
  #rows = new Map();
  #since = new Map();

  get rows() {
    return [...this.#rows.values()];
  }

  has(id) {
    return this.#rows.has(id);
  }

  /** Take `rows` as all that wait, each since it was opened. */
  begin(rows) {
    this.#rows.clear();
    this.#since.clear();
    for (const row of rows) this.keep(row, Date.parse(row.opened_at));
  }

  /** Keep a row that waits since `at`, or for as long as it was known to. */
  keep(row, at) {
    this.#rows.set(row.id, row);
    if (!this.#since.has(row.id)) this.#since.set(row.id, at);
  }

  forget(id) {
    this.#rows.delete(id);
    this.#since.delete(id);
  }

  /** When it has waited for `patience` milliseconds; with any, never while somebody looks at it. */
  dueAt(row, patience) {
    if (row.is_life_safety && !patience) return 0;
    if (patience && claimOn(row.id)) return Infinity;
    const asleep = row.snoozed_until && !row.is_life_safety ? Date.parse(row.snoozed_until) : 0;
    const left = patience ? leftAt(row.id) : 0;
    return Math.max(this.#since.get(row.id), left, asleep) + patience;
  }

  due(patience, now) {
    return this.rows.filter((row) => this.dueAt(row, patience) <= now);
  }

  /** When the next one will have waited so long. */
  nextDue(patience, now) {
    return Math.min(Infinity, ...this.rows.map((row) => this.dueAt(row, patience)).filter((at) => at > now));
  }
}

// The sites of the map with what is open at each, and how that is said.

import { project } from "./mercator.js";
import { words } from "./page.js";
import { plural } from "./rows.js";

const CALM = { count: 0, worst: 0, life: 0 };
export const LEVELS = new Map(Object.values(words.severities).map((word) => [word.level, word]));

export class Sites {
  /** rows: [id, name, latitude, longitude]. */
  constructor(rows) {
    this.all = rows.map(([id, name, lat, lon]) => ({ id, name, lat, lon, open: CALM }));
    this.placed = this.all.filter(({ lat, lon }) => lat !== null && lon !== null);
    for (const site of this.placed) Object.assign(site, project(site));
    this.unplaced = this.all.filter((site) => !("x" in site));
    this.elsewhere = CALM;
  }

  /**
   * Take what is open now, of these severities or of all: [site, severity, is life safety, number].
   * Return the ids of sites at which there is more life safety than before.
   */
  take(rows, severities) {
    const known = new Map(this.all.map((site) => [site.id, CALM]));
    this.elsewhere = CALM;
    for (const [id, severity, isLife, count] of rows) {
      if (severities.size && !severities.has(severity)) continue;
      const one = { count, worst: severity, life: isLife ? count : 0 };
      if (known.has(id)) known.set(id, both(known.get(id), one));
      else this.elsewhere = both(this.elsewhere, one);
    }
    const grown = this.all.filter((site) => known.get(site.id).life > site.open.life);
    for (const site of this.all) site.open = known.get(site.id);
    for (const sites of [this.placed, this.unplaced]) sites.sort(worstFirst);
    return new Set(grown.map(({ id }) => id));
  }
}

export function together(sites) {
  return sites.reduce((sum, { open }) => both(sum, open), CALM);
}

export function said({ count, worst, life }) {
  if (!count) return "nothing open";
  const danger = life ? `, life safety: ${life}` : "";
  return `${plural(count, "open incident")}, the worst ${LEVELS.get(worst).name.toLowerCase()}${danger}`;
}

/** What is open at a site as a list; the site itself where nothing is. */
export function addressOf({ id, open }, severities) {
  if (!open.count) return `/sites/${id}`;
  return `/?${new URLSearchParams([["site", id], ...[...severities].map((level) => ["severity", level])])}`;
}

function both(one, other) {
  return { count: one.count + other.count, worst: Math.max(one.worst, other.worst), life: one.life + other.life };
}

function worstFirst(a, b) {
  return b.open.life - a.open.life || b.open.worst - a.open.worst || b.open.count - a.open.count || a.name.localeCompare(b.name);
}

// Sites that would lie on each other at a zoom, gathered into one mark at the place of the worst.

import { scaleAt } from "./mercator.js";

/**
 * Return marks [{lead, members}], no two leads nearer than `distance` pixels. `sites` come with the
 * worst first, each with its {x, y}: each joins the first mark that is near, or begins one.
 */
export function gather(sites, zoom, distance) {
  const unit = scaleAt(zoom) / distance;
  const across = Math.ceil(unit) + 2;
  const cells = new Map();
  const marks = [];
  for (const site of sites) {
    const [u, v] = [site.x * unit, site.y * unit];
    const cell = Math.floor(v) * across + Math.floor(u);
    const mark = near(cells, cell, across, u, v);
    if (mark) mark.members.push(site);
    else {
      const begun = { lead: site, members: [site], u, v };
      marks.push(begun);
      cells.set(cell, [...(cells.get(cell) ?? []), begun]);
    }
  }
  return marks;
}

/** In cells as wide as the distance, what is near lies in one of nine. */
function near(cells, cell, across, u, v) {
  for (const row of [cell - across, cell, cell + across]) {
    for (const one of [row - 1, row, row + 1]) {
      for (const mark of cells.get(one) ?? []) {
        if (Math.hypot(mark.u - u, mark.v - v) < 1) return mark;
      }
    }
  }
  return null;
}

/** Whether all sites lie at one place, so that no zoom parts them. */
export function isOnePlace([first, ...others]) {
  return others.every(({ x, y }) => Math.hypot(x - first.x, y - first.y) * scaleAt(20) < 1);
}
